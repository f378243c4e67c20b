"""Keys are found where they stand, and new rows come to stand where sorting would put them."""

import random

import numpy as np
import pyarrow as pa
import pytest

from identity.earlier_run import merge_rows
from identity.key_lookup import NOBODY, positions

KEYS = [f"crm:lead:{number:04d}" for number in range(300)]


def among(seed):
    return random.Random(seed).sample(KEYS, 200)


@pytest.fixture(params=["few keys", "many keys"])
def size(request, monkeypatch):
    """Both ways to look up."""
    if request.param != "few keys":
        monkeypatch.setattr("identity.key_lookup._WORTH_JOINING", 1)
    return request.param


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("size")
def test_every_key_is_found_where_it_stands(seed):
    held = among(seed)
    sought = [*KEYS, None, "山田", KEYS[0]]
    expected = [held.index(key) if key in held else NOBODY for key in sought]
    chunks = pa.chunked_array([sought[:100], sought[100:]], pa.string())
    assert positions(chunks, pa.array(held)).tolist() == expected


@pytest.mark.usefixtures("size")
def test_nothing_is_found_in_nothing():
    nothing = pa.array([], pa.string())
    assert positions(nothing, pa.array(KEYS)).tolist() == []
    assert positions(pa.array(KEYS[:2]), nothing).tolist() == [NOBODY, NOBODY]


@pytest.mark.parametrize("seed", range(5))
def test_new_rows_come_to_their_places(seed):
    chance = random.Random(seed)
    before = sorted(chance.sample(KEYS, 80))
    kept = np.array([chance.random() < 0.8 for _ in before])
    staying = {key for key, stays in zip(before, kept, strict=True) if stays}
    new = chance.sample(sorted({*KEYS} - staying), 9)
    previous = pa.table({"key": before, "second": ["b"] * 80, "value": range(80)})
    fresh = pa.table({"key": new, "second": ["a"] * 9, "value": range(100, 109)})
    merged = merge_rows(previous, kept, fresh, "key", "second")
    rows = [row for row, stays in zip(previous.to_pylist(), kept, strict=True) if stays]
    rows += fresh.to_pylist()
    assert merged.to_pylist() == sorted(rows, key=lambda row: (row["key"], row["second"]))

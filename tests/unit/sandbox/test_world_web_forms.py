"""The form exports of the world: readable by the product, known to the key, overlapping."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.sources.web_forms import read_submissions, shape_submission
from sandbox.world import World, build_world

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(people=900, seed=3, now=NOW)


@pytest.fixture(scope="module")
def read(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    """File name → its shaped rows."""
    folder: Path = tmp_path_factory.mktemp("forms")
    found = {}
    for path, content in world.files.items():
        if path.startswith("forms/"):
            file = folder / path.rpartition("/")[2]
            file.write_bytes(content)
            found[file.name] = [shape_submission(row) for row in read_submissions(file).rows]
    return found


def test_every_form_is_exported_and_every_row_can_be_read(read: dict[str, list[dict]]) -> None:
    assert len(read) == 4
    assert all(isinstance(row, dict) for rows in read.values() for row in rows)
    names = {row["form_name"] for rows in read.values() for row in rows}
    assert names == {"資料請求フォーム", "共催セミナーお申し込み", "お問い合わせ"}


def test_the_key_knows_each_submission_once(world: World, read: dict[str, list[dict]]) -> None:
    known = [row for row in world.answer_key if row["source_system"] == "web_forms"]
    ids = {row["submission_id"] for rows in read.values() for row in rows}
    assert Counter(row["source_id"] for row in known) == Counter(ids)
    assert {row["kind"] == "junk" for row in known} == {True, False}
    assert all(row["source_object"] == "submission" for row in known)


def test_the_second_export_holds_the_first_again(read: dict[str, list[dict]]) -> None:
    first, second = (read[name] for name in sorted(read) if name.startswith("資料請求"))
    assert 0 < len(first) < len(second)
    assert {row["submission_id"] for row in first} < {row["submission_id"] for row in second}


def test_nothing_was_sent_after_now(read: dict[str, list[dict]]) -> None:
    assert all(row["submitted_at"] < NOW for rows in read.values() for row in rows)

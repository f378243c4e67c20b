"""What cannot be loaded is sorted out with its reason, and everything else loads."""

from collections import OrderedDict

import pyarrow as pa
import pytest

from ingestion.config import MAX_TEXT_CHARS
from ingestion.contracts import Kind
from ingestion.guards import sort_out

COLUMNS = {
    "id": Kind.TEXT,
    "score": Kind.NUMBER,
    "heads": Kind.INTEGER,
    "live": Kind.FLAG,
    "day": Kind.DATE,
    "at": Kind.INSTANT,
}
GOOD = {
    "id": "1",
    "score": 1,
    "heads": 5.0,
    "live": True,
    "day": "2026-01-02",
    "at": "2026-01-02T03:04:05.000+0000",
}


def test_good_rows_keep_their_order_and_take_their_types():
    table, rejected = sort_out([GOOD, {"id": "2"}], COLUMNS, ["id"])
    assert rejected == []
    assert table.column("id").to_pylist() == ["1", "2"]
    assert table.schema.field("at").type == pa.timestamp("us", "UTC")
    assert table.column("at")[0].as_py().isoformat() == "2026-01-02T03:04:05+00:00"
    assert table.column("heads").to_pylist() == [5, None]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("score", "35", "is text where a number belongs"),
        ("score", True, "is true or false where a number belongs"),
        ("score", float("nan"), "is not a finite number where a number belongs"),
        ("heads", 1.5, "is a number where a whole number belongs"),
        ("heads", 2**70, "is a number where a whole number belongs"),
        ("heads", OrderedDict(x=1), "is a structure where a whole number belongs"),
        ("live", "yes", "is text where true or false belongs"),
        ("live", 1, "is a number where true or false belongs"),
        ("day", "2026-02-30", "is text where a date (YYYY-MM-DD) belongs"),
        ("at", "2026-01-02T03:04:05", "is text where an instant with its zone belongs"),
        ("at", 1700000000, "is a number where an instant with its zone belongs"),
        ("id", 7, "is a number where text belongs"),
        ("id", "\udce3", "holds half a surrogate pair, which no text encoding can store"),
        ("id", "x" * (MAX_TEXT_CHARS + 1), f"is longer than {MAX_TEXT_CHARS} characters"),
        ("id", None, "the key is missing"),
        ("id", "", "the key is missing"),
    ],
)
def test_a_value_that_does_not_fit_rejects_its_row_alone(column, value, reason):
    rows = [GOOD, {**GOOD, "id": "2", column: value}, {**GOOD, "id": "3"}]
    table, [bad] = sort_out(rows, COLUMNS, ["id"])
    assert table.column("id").to_pylist() == ["1", "3"]
    assert (bad.column, bad.reason) == (column, reason)
    assert len(bad.row_json) <= 4_000


def test_what_people_really_write_is_kept():
    words = ["𠮷田", "NA", "null", "0123", "a\nb\x00c", "😀" * 10, " "]
    table, rejected = sort_out([{"id": one} for one in words], {"id": Kind.TEXT}, ["id"])
    assert (table.column("id").to_pylist(), rejected) == (words, [])


def test_big_whole_numbers_fit_into_a_number_column():
    table, rejected = sort_out([{"id": "1", "score": 2**60 + 1}], COLUMNS, ["id"])
    assert (table.column("score").to_pylist(), rejected) == ([float(2**60 + 1)], [])


def test_rows_without_a_key_are_told_apart():
    _, rejected = sort_out([{"score": 1}, {"score": 2}], COLUMNS, ["id"])
    assert len({one.source_id for one in rejected}) == 2

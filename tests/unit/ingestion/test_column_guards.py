"""Rows that come as columns are guarded like rows that come one by one."""

import pyarrow as pa
import pytest

from ingestion.column_guards import sort_out_columns
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
    "score": "12100000.0",
    "heads": "5",
    "live": "true",
    "day": "2026-01-02",
    "at": "2026-01-02T03:04:05.000Z",
}


def columns_of(*rows, decoded=False):
    kind = pa.string() if decoded else pa.binary()
    encode = (lambda text: text) if decoded else (lambda text: text and text.encode())
    return {name: pa.array([encode(row.get(name)) for row in rows], kind) for name in COLUMNS}


@pytest.mark.parametrize("decoded", [False, True])
def test_text_is_read_as_the_kinds_of_its_columns(decoded):
    table, rejected = sort_out_columns(
        columns_of(GOOD, {"id": "2"}, decoded=decoded), COLUMNS, ["id"]
    )
    as_rows = {**GOOD, "score": 12100000.0, "heads": 5, "live": True}
    expected, _ = sort_out([as_rows, {"id": "2"}], COLUMNS, ["id"])
    assert rejected == []
    assert table.equals(expected)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("score", "many", "is text where a number belongs"),
        ("score", "NaN", "is text where a number belongs"),
        ("heads", "1.5", "is text where a whole number belongs"),
        ("heads", "1E30", "is text where a whole number belongs"),
        ("live", "yes", "is text where true or false belongs"),
        ("day", "2026-02-30", "is text where a date (YYYY-MM-DD) belongs"),
        ("at", "2026-01-02T03:04:05", "is text where an instant with its zone belongs"),
        ("id", "x" * (MAX_TEXT_CHARS + 1), f"is longer than {MAX_TEXT_CHARS} characters"),
        ("id", None, "the key is missing"),
        ("id", "", "the key is missing"),
    ],
)
def test_a_value_that_does_not_fit_rejects_its_row_alone(column, value, reason):
    given = columns_of(GOOD, {**GOOD, "id": "2", column: value}, {**GOOD, "id": "3"})
    table, [bad] = sort_out_columns(given, COLUMNS, ["id"])
    assert table.column("id").to_pylist() == ["1", "3"]
    assert (bad.column, bad.reason) == (column, reason)
    assert len(bad.row_json) <= 4_000


def test_what_is_no_text_at_all_rejects_its_row_alone():
    given = {"id": pa.array([b"1", b"\xed\xa1\x82", "𠮷".encode()], pa.binary())}
    table, [bad] = sort_out_columns(given, {"id": Kind.TEXT}, ["id"])
    assert table.column("id").to_pylist() == ["1", "𠮷"]
    assert bad.reason == "holds half a surrogate pair, which no text encoding can store"


def test_great_whole_numbers_are_read_however_they_are_written():
    given = {"id": pa.array(["1", "2", "3"]), "heads": pa.array(["1.21E7", "50", "5.0"])}
    table, rejected = sort_out_columns(given, {"id": Kind.TEXT, "heads": Kind.INTEGER}, ["id"])
    assert (table.column("heads").to_pylist(), rejected) == ([12_100_000, 50, 5], [])


def test_lists_of_values_are_guarded_like_rows():
    given = {"id": pa.array(["1", "2"]), "score": [1.5, "many"]}
    table, [bad] = sort_out_columns(given, {"id": Kind.TEXT, "score": Kind.NUMBER}, ["id"])
    assert table.to_pylist() == [{"id": "1", "score": 1.5}]
    assert (bad.source_id, bad.reason) == ("2", "is text where a number belongs")


def test_columns_that_did_not_come_are_null():
    table, rejected = sort_out_columns({"id": pa.array(["1"])}, COLUMNS, ["id"])
    assert rejected == []
    assert table.to_pylist() == [{"id": "1", **dict.fromkeys(list(COLUMNS)[1:])}]
    nothing, _ = sort_out_columns({"id": pa.array([], pa.string())}, COLUMNS, ["id"])
    assert nothing.num_rows == 0


def test_what_people_really_write_is_kept():
    words = [
        "𠮷田",
        "NA",
        "null",
        "NULL",
        "#N/A",
        "0123",
        "a\r\nb\x00c",
        "😀" * 10,
        " ",
        "語" * 32_000,
    ]
    table, rejected = sort_out_columns(
        {"id": pa.array([one.encode() for one in words], pa.binary())}, {"id": Kind.TEXT}, ["id"]
    )
    assert (table.column("id").to_pylist(), rejected) == (words, [])

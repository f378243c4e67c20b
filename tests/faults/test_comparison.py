"""The comparer sees every way in which raw can differ from a vendor, and names it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.faults.comparison import Departed, Holding, Json, Maybe, Rejected, differences

AT = datetime(2026, 10, 1, 15, 0, 0, 123_000, tzinfo=UTC)
ANNA = {
    **{"id": "a", "name": "𠮷田 007", "score": 35.0, "size": 300, "is_lead": True},
    **{"met_on": date(2026, 10, 1), "seen_at": AT, "tags_json": Json([1, True, "x"])},
}
BEN = {"id": "b", "name": None, "is_lead": False}


@pytest.fixture
def raw(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(tmp_path / "warehouse.duckdb"))
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE SCHEMA raw_shop; CREATE SCHEMA raw_landing")
    con.execute(
        "CREATE TABLE raw_shop.person (id VARCHAR, name VARCHAR, score DOUBLE, size BIGINT,"
        " is_lead BOOLEAN, met_on DATE, seen_at TIMESTAMPTZ, tags_json VARCHAR,"
        " _loaded_at TIMESTAMPTZ)"
    )
    con.execute(
        "CREATE TABLE raw_landing.rejected_row (source VARCHAR, resource VARCHAR,"
        " source_id VARCHAR, column_name VARCHAR, reason VARCHAR)"
    )
    con.execute(
        "INSERT INTO raw_shop.person VALUES ('a', '𠮷田 007', 35, 300, true, '2026-10-01',"
        " '2026-10-01T15:00:00.123Z', '[1,  true, \"x\"]', now()),"
        " ('b', NULL, NULL, NULL, false, NULL, NULL, NULL, now())"
    )
    return con


def compared(con: duckdb.DuckDBPyConnection, tmp_path: Path, **more: Any) -> list[str]:
    con.close()
    rows = more.pop("rows", [ANNA, BEN])
    return differences(
        tmp_path / "warehouse.duckdb", "shop", [Holding("person", ("id",), rows, **more)]
    )


def test_equal_is_equal(raw: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert compared(raw, tmp_path) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE raw_shop.person SET name = '吉田 007' WHERE id = 'a'", "a name is '吉田 007'"),
        ("UPDATE raw_shop.person SET name = '' WHERE id = 'b'", "b name is ''"),
        ("UPDATE raw_shop.person SET size = 301 WHERE id = 'a'", "a size is 301"),
        ("UPDATE raw_shop.person SET is_lead = NULL WHERE id = 'b'", "b is_lead is None"),
        (
            "UPDATE raw_shop.person SET seen_at = seen_at + INTERVAL 9 HOUR WHERE id = 'a'",
            "a seen_at is datetime.datetime(2026, 10, 2, 0, 0, 0, 123000",
        ),
        (
            "UPDATE raw_shop.person SET seen_at = date_trunc('second', seen_at) WHERE id = 'a'",
            "a seen_at is datetime.datetime(2026, 10, 1, 15, 0, tz",
        ),
        (
            "UPDATE raw_shop.person SET tags_json = '[1, 1, \"x\"]' WHERE id = 'a'",
            "a tags_json is '[1, 1",
        ),
        ("ALTER TABLE raw_shop.person ALTER score TYPE VARCHAR", "a score is '35.0'"),
        ("ALTER TABLE raw_shop.person ALTER met_on TYPE TIMESTAMP", "a met_on is datetime"),
        ("ALTER TABLE raw_shop.person DROP size", "a size is None, the vendor holds 300"),
        ("ALTER TABLE raw_shop.person ADD more VARCHAR DEFAULT 'x'", "b more is 'x'"),
        ("DELETE FROM raw_shop.person WHERE id = 'b'", "b is missing"),
        ("INSERT INTO raw_shop.person SELECT * FROM raw_shop.person WHERE id = 'a'", "a is there"),
        ("INSERT INTO raw_shop.person (id) VALUES ('c')", "c is a ghost"),
        (
            "INSERT INTO raw_landing.rejected_row VALUES ('shop', 'person', 'b', 'name', 'why')",
            "rejects b without need",
        ),
    ],
)
def test_every_difference_is_named(
    raw: duckdb.DuckDBPyConnection, tmp_path: Path, change: str, sentence: str
) -> None:
    raw.execute(change)
    found = compared(raw, tmp_path)
    assert any(one.startswith(f"raw_shop.person {sentence}") for one in found), found


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        (Departed((BEN,)), None),
        (Departed((BEN,), {"is_lead": False}), None),
        (Departed((BEN,), {"is_lead": True}), "b left its vendor, but is_lead is False"),
        (Departed(({**BEN, "name": "x"},)), "b left its vendor and is kept in a form that never"),
    ],
)
def test_a_record_that_left_its_vendor(
    raw: duckdb.DuckDBPyConnection, tmp_path: Path, gone: Departed, sentence: str | None
) -> None:
    found = compared(raw, tmp_path, rows=[ANNA], departed={("b",): gone})
    assert [one.startswith(f"raw_shop.person {sentence}") for one in found] == [True] * len(found)
    assert bool(found) is bool(sentence)


@pytest.mark.parametrize(("name", "is_right"), [(None, True), ("x", True), ("y", False)])
def test_what_a_vendor_tells_for_a_while_only(
    raw: duckdb.DuckDBPyConnection, tmp_path: Path, name: str | None, is_right: bool
) -> None:
    raw.execute("UPDATE raw_shop.person SET name = ? WHERE id = 'b'", [name])
    found = compared(raw, tmp_path, rows=[ANNA, {**BEN, "name": Maybe("x")}])
    assert (found == []) is is_right


def test_a_record_that_left_and_was_lost(raw: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    kept, never = Departed((BEN,)), Departed((BEN,), was_loaded=False)
    found = compared(raw, tmp_path, departed={("c",): kept, ("d",): never})
    assert found == ["raw_shop.person c was there, left its vendor and is lost"]


def test_rejected_records_are_accounted_for(raw: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    raw.execute("INSERT INTO raw_landing.rejected_row VALUES ('shop', 'person', 'b', 'name', 'y')")
    raw.execute("INSERT INTO raw_landing.rejected_row VALUES ('shop', 'person', 'd', 'size', 'y')")
    rejected = {
        ("b",): Rejected("b", "name", (BEN,)),
        ("c",): Rejected("c", "name"),
        ("d",): Rejected("d", "name"),
    }
    assert compared(raw, tmp_path, rows=[ANNA], rejected=rejected) == [
        "raw_shop.person does not tell that c was rejected",
        "raw_shop.person rejects d by ('size', 'y'), at fault is name",
    ]


def test_a_rejected_record_is_kept_as_it_was(
    raw: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    raw.execute("INSERT INTO raw_landing.rejected_row VALUES ('shop', 'person', 'b', 'name', 'y')")
    rejected = {("b",): Rejected("b", "name", ({**BEN, "name": "old"},))}
    (found,) = compared(raw, tmp_path, rows=[ANNA], rejected=rejected)
    assert found.endswith("b cannot be loaded, yet raw holds a form of it that never was")


def test_columns_that_nobody_can_tell(raw: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [{**ANNA, "size": 1, "extra": "x"}, BEN]
    aside = {"unseen": frozenset({"size"}), "optional": frozenset({"extra"})}
    assert compared(raw, tmp_path, rows=rows, **aside) == []


def test_an_optional_column_is_compared_where_it_is(
    raw: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [{**ANNA, "size": 1}, BEN]
    assert compared(raw, tmp_path, rows=rows, optional=frozenset({"size"}))

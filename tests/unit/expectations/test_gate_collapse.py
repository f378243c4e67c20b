"""The gate sees a mart that has lost rows, and one that is empty though records were delivered."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expectations.gate_facts import row_floor
from expectations.validation import run_suite
from tests.unit.expectations.conftest import AS_OF


def publish_rows(warehouse: Path, persons: int) -> None:
    folder = warehouse.parent / "published"
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(folder / "kakehashi.duckdb")) as connection:
        connection.execute("create schema mart")
        connection.execute(f"create table mart.persons as from range({persons})")


def failed_rules(warehouse: Path) -> list[tuple[str, str, int]]:
    failed = run_suite("gate", warehouse, as_of=AS_OF).failed
    return [(one.table, one.rule, one.unexpected_count) for one in failed]


@pytest.mark.parametrize(
    ("published", "delivered", "floor"),
    [(0, 0, 0), (0, 9, 1), (1, 9, 1), (3, 0, 2), (20, 0, 17), (1000, 0, 850)],
)
def test_the_floor_tolerates_fifteen_percent_and_never_emptiness(
    published: int, delivered: int, floor: int
) -> None:
    assert row_floor(published, delivered).rows == floor


def test_a_loss_of_fifteen_percent_passes_and_more_fails(warehouse: Path) -> None:
    publish_rows(warehouse, 23)  # 20 are left: 13 %
    assert failed_rules(warehouse) == []
    (warehouse.parent / "published" / "kakehashi.duckdb").unlink()
    publish_rows(warehouse, 24)  # 20 are left: 17 %
    assert failed_rules(warehouse) == [("persons", "no_collapse", 1)]


def empty(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("persons", "accounts", "opportunities"):
            connection.execute(f"delete from mart.{table}")


def test_empty_marts_pass_while_all_sources_are_off(warehouse: Path) -> None:
    empty(warehouse)
    result = run_suite("gate", warehouse, as_of=AS_OF)
    assert result.failed == ()
    assert result.success


def test_an_empty_mart_fails_when_the_published_one_was_not(warehouse: Path) -> None:
    empty(warehouse)
    publish_rows(warehouse, 1)
    assert failed_rules(warehouse) == [("persons", "no_collapse", 1)]


def test_an_empty_mart_fails_when_a_source_delivered_records(warehouse: Path) -> None:
    empty(warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """
            create table raw_salesforce.lead as from (values ('a', true)) as t(id, is_deleted);
            create table raw_salesforce.opportunity as
            from (values ('a', true), ('b', false)) as t(id, is_deleted)
            """
        )
    assert failed_rules(warehouse) == [("opportunities", "no_collapse", 1)]


def test_a_published_file_that_nobody_can_read_stops_nothing(warehouse: Path) -> None:
    folder = warehouse.parent / "published"
    folder.mkdir()
    (folder / "kakehashi.duckdb").write_bytes(b"not a database" * 1000)
    assert failed_rules(warehouse) == []

"""Runs a suite against the warehouse: the one entry point of this package.

Belongs here: opening the warehouse, reading each table's frame, collecting outcomes; a table that
cannot be read is an outcome too and stops no other. Does not: what is expected (the suites).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from expectations.frames import read_frame
from expectations.gate_facts import gather_facts
from expectations.outcomes import ExpectationOutcome, SuiteResult

if TYPE_CHECKING:
    from expectations.engine import TableSuite

__all__ = ["SUITES", "ExpectationOutcome", "SuiteResult", "run_suite"]

SUITES = ("gate", "hygiene")


def run_suite(suite: str, warehouse: Path, as_of: datetime | None = None) -> SuiteResult:
    """Audits the warehouse.

    The gate sees a collapse against the mart published last, `published/kakehashi.duckdb` beside
    the warehouse.

    Args:
        suite: `gate` or `hygiene`.
        warehouse: The DuckDB file with the marts.
        as_of: The time input of the run; None means the present moment.

    Raises:
        ValueError: There is no such suite.
    """
    if suite not in SUITES:
        raise ValueError(f"There is no suite {suite!r}; there are {', '.join(SUITES)}.")
    published = warehouse.parent / "published" / "kakehashi.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        outcomes = [
            outcome
            for table_suite in _table_suites(suite, connection, published, as_of)
            for outcome in _audit(connection, table_suite)
        ]
    return SuiteResult.of(suite, tuple(outcomes))


def _table_suites(
    suite: str, connection: duckdb.DuckDBPyConnection, published: Path, as_of: datetime | None
) -> tuple[TableSuite, ...]:
    # Great Expectations takes seconds to import; whoever only imports this module must not wait.
    from expectations.gate_suite import gate_suite
    from expectations.hygiene_suite import hygiene_suite

    if suite == "gate":
        return gate_suite(gather_facts(connection, published, as_of))
    return hygiene_suite()


def _audit(
    connection: duckdb.DuckDBPyConnection, suite: TableSuite
) -> tuple[ExpectationOutcome, ...]:
    from expectations.engine import evaluate

    try:
        frame = read_frame(connection, suite.query)
    except (duckdb.CatalogException, duckdb.BinderException):
        return (_unreadable(suite.query.table),)
    return evaluate(suite, frame)


def _unreadable(table: str) -> ExpectationOutcome:
    return ExpectationOutcome(
        table=table,
        expectation="expect_table_to_be_readable",
        column=None,
        success=False,
        unexpected_count=0,
        unexpected_percent=None,
        sample_ids=(),
        rule="readable",
        description="表と必要な列が存在する",
        error="the table or one of the columns that the suite reads does not exist",
    )

"""What the suites look at: pandas frames with only the columns they need, read from the warehouse.

A fact that spans tables or columns (is the account known, which label belongs to the score) is
computed here as a column of its own, so that a suite stays a list of plain expectations.
Belongs here: reading. Does not: judging.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(frozen=True)
class FrameQuery:
    """How the frame of one table is read.

    Attributes:
        table: Name under which outcomes are reported.
        id_column: Column whose values name the rows that break an expectation.
        sql: One select; columns carry the name under which expectations know them.
    """

    table: str
    id_column: str
    sql: str


def read_frame(connection: duckdb.DuckDBPyConnection, query: FrameQuery) -> pd.DataFrame:
    """Fetches a frame; nothing but the selected columns leaves the warehouse."""
    return connection.execute(query.sql).df()


def table_exists(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the warehouse holds a table or view of that name."""
    found = connection.execute(
        "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchone()
    return found is not None

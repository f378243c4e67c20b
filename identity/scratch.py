"""A database in memory for one step, which puts on disk what a million records make too large."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

# Beside it stand the tables that go in and out, so that all together stays well below 8 GB.
_MEMORY = "2GB"


@contextmanager
def scratch_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield an empty database; rows may come back in any order."""
    with TemporaryDirectory() as folder, duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        con.execute(f"set memory_limit = '{_MEMORY}'; set temp_directory = '{folder}'")
        yield con


def first_column(con: duckdb.DuckDBPyConnection, query: str) -> pa.ChunkedArray:
    """What a query of one column finds."""
    return con.sql(query).to_arrow_table().column(0)

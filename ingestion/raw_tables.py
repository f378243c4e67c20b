"""What is already in a raw table, asked while new rows arrive.

Here belong the questions a load asks of the warehouse: which types are frozen, which rows are
new or changed, which rows a vendor no longer lists. Each opens the file and closes it again,
because dlt opens the same file before and after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.contracts import DUCKDB_TYPES, LOADED_AT, Kind, TableContract

_KINDS = {sql: kind for kind, sql in DUCKDB_TYPES.items()}


def survey(warehouse: Path, source: str, tables: Iterable[TableContract]) -> dict[str, RawTable]:
    """Look once at all tables of a source, which must exist."""
    columns: dict[str, dict[str, Kind]] = {}
    with duckdb.connect(str(warehouse)) as con:
        found = con.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = ? ORDER BY ordinal_position",
            [f"raw_{source}"],
        ).fetchall()
        for name, column, sql in found:
            if column != LOADED_AT and sql in _KINDS:
                columns.setdefault(name, {})[column] = _KINDS[sql]
        return {
            one.resource: RawTable(
                warehouse, source, one, columns[one.resource], _is_empty(con, source, one)
            )
            for one in tables
        }


def _is_empty(con: duckdb.DuckDBPyConnection, source: str, contract: TableContract) -> bool:
    return con.execute(f'SELECT 1 FROM "raw_{source}"."{contract.resource}"').fetchone() is None


@dataclass(frozen=True)
class RawTable:
    """One raw table as the load found it.

    ``kinds`` are the columns there are; they are frozen.
    """

    warehouse: Path
    source: str
    contract: TableContract
    kinds: Mapping[str, Kind]
    is_empty: bool

    @property
    def name(self) -> str:
        """The quoted name in SQL."""
        return f'"raw_{self.source}"."{self.contract.resource}"'

    def new_or_changed(self, batch: pa.Table) -> pa.Table:
        """Return the rows of a batch that the table does not hold in exactly this form."""
        columns = [name for name in batch.column_names if name != LOADED_AT]
        there = [f'"{name}"' if name in self.kinds else "NULL" for name in columns]
        listed = ", ".join(f'"{name}"' for name in columns)
        keys = ", ".join(f'"{name}"' for name in self.contract.key)
        with duckdb.connect(str(self.warehouse)) as con:
            con.register("batch", batch)
            con.execute("SET TimeZone = 'UTC'")
            changed: pa.Table = con.sql(
                f"SELECT {listed} FROM batch EXCEPT SELECT {', '.join(there)} FROM {self.name}"
                f" WHERE ({keys}) IN (SELECT ({keys}) FROM batch) ORDER BY ALL"
            ).to_arrow_table()
        return changed

    def values(
        self, columns: str, where: str = "true", values: Iterable[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Return some columns (as SQL) of the rows for which a condition holds."""
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute("SET TimeZone = 'UTC'")
            sql = f"SELECT {columns} FROM {self.name} WHERE {where}"
            found: list[tuple[Any, ...]] = con.execute(sql, list(values)).fetchall()
        return found

    def count(self, where: str = "true") -> int:
        """Return how many rows a condition holds for."""
        [(count,)] = self.values("count(*)", where)
        return int(count)

    def lacking(self, keys: pa.Array) -> list[str]:
        """Return which keys of one text column the table does not hold, each once."""
        [key] = self.contract.key
        with duckdb.connect(str(self.warehouse)) as con:
            con.register("given", pa.table({"key": keys}))
            found = con.execute(
                f"SELECT DISTINCT key FROM given ANTI JOIN {self.name} AS held"
                f' ON given.key = held."{key}"'
            ).fetchall()
        return [row[0] for row in found]

    def unlisted(self, listed: pa.ChunkedArray, where: str) -> list[str]:
        """Return the keys of rows for which a condition holds and that a vendor did not list.

        Args:
            listed: the keys that it listed; the table's key is one column.
            where: condition in SQL.
        """
        [key] = self.contract.key
        with duckdb.connect(str(self.warehouse)) as con:
            con.register("listed", pa.table({"key": listed}))
            found = con.execute(
                f'SELECT "{key}" FROM {self.name} WHERE ({where})'
                f' AND "{key}" NOT IN (SELECT key FROM listed) ORDER BY 1'
            ).fetchall()
        return [row[0] for row in found]

    def rows(self, where: str, values: Iterable[object] = ()) -> list[dict[str, object]]:
        """Return the rows for which a condition holds, without ``_loaded_at``."""
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute("SET TimeZone = 'UTC'")
            found: Any = con.sql(
                f'SELECT * EXCLUDE ("{LOADED_AT}") FROM {self.name} WHERE {where}',
                params=list(values),
            ).to_arrow_table()
        rows: list[dict[str, object]] = found.to_pylist()
        return rows

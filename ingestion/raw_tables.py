"""What is already in a raw table, asked while new rows arrive.

Here belong the questions a load asks of the warehouse: which types are frozen, which rows are
new or changed, which rows a vendor no longer lists. Each opens the file and closes it again,
because dlt opens the same file before and after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.contracts import DUCKDB_TYPES, LOADED_AT, Kind, TableContract

_KINDS = {sql: kind for kind, sql in DUCKDB_TYPES.items()}


@dataclass(frozen=True)
class RawTable:
    """One raw table in one warehouse."""

    warehouse: Path
    source: str
    contract: TableContract

    @property
    def name(self) -> str:
        """The quoted name in SQL."""
        return f'"raw_{self.source}"."{self.contract.resource}"'

    def kinds(self) -> dict[str, Kind]:
        """Return the columns there are with their kinds; these are frozen."""
        with duckdb.connect(str(self.warehouse)) as con:
            found = con.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
                [f"raw_{self.source}", self.contract.resource],
            ).fetchall()
        return {name: _KINDS[sql] for name, sql in found if name != LOADED_AT and sql in _KINDS}

    def is_empty(self) -> bool:
        """Whether there is no row yet."""
        with duckdb.connect(str(self.warehouse)) as con:
            return con.execute(f"SELECT 1 FROM {self.name} LIMIT 1").fetchone() is None

    def new_or_changed(self, batch: pa.Table) -> pa.Table:
        """Return the rows of a batch that the table does not hold in exactly this form."""
        known = self.kinds()
        columns = [name for name in batch.column_names if name != LOADED_AT]
        there = [f'"{name}"' if name in known else "NULL" for name in columns]
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

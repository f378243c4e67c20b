"""The raw layer itself: which tables exist, and the columns that each has at least.

Here belong the sources, their declared tables and the two tables that tell how a load went. Not
here: what a table holds (``raw_tables``), what is written about a load (``reports``), vendors, dlt.
Everything opens the warehouse, does its work and closes it, because DuckDB lets only one
process write at a time.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import duckdb

from ingestion.contracts import DUCKDB_TYPES, LOADED_AT, Kind, TableContract, table
from ingestion.mappings import mapped_columns

SOURCES = (
    "salesforce",
    "hubspot",
    "typeform",
    "sansan",
    "marketo",
    "card_files",
    "campaign_spend",
    "web_forms",
    "decisions",
    "houjin_bangou",
)

LANDING_TABLES: tuple[TableContract, ...] = (
    table(
        "resource_load",
        key="source resource",
        text="status error fault",
        integer="rows_total rows_last_load",
        instant="last_loaded_at newest_record_at",
    ),
    table(
        "rejected_row",
        key="source resource source_id",
        text="column_name reason row_json",
        instant="rejected_at",
    ),
)


def tables_of(source: str) -> tuple[TableContract, ...]:
    """Return the declared tables of one source."""
    contract = import_module(f"ingestion.sources.{source}.contract")
    tables: tuple[TableContract, ...] = contract.TABLES
    return tables


def ensure_raw_tables(warehouse: Path, agreement_dir: Path | None = None) -> None:
    """Create every raw table and column that later steps read, without touching what is there.

    Args:
        warehouse: path of ``warehouse.duckdb``; made when missing.
        agreement_dir: a company's own agreement tables; columns that the field mappings name
            are added as well.
    """
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse)) as con:
        there = _columns(con)
        for source in SOURCES:
            mapped = mapped_columns(source, agreement_dir)
            for contract in tables_of(source):
                known = there.get((f"raw_{source}", contract.resource), set())
                extra = mapped.get(contract.resource, {})
                _ensure_table(con, f"raw_{source}", contract, extra, known)
        for contract in LANDING_TABLES:
            known = there.get(("raw_landing", contract.resource), set())
            _ensure_table(con, "raw_landing", contract, {}, known)


def _ensure_table(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    contract: TableContract,
    mapped: dict[str, Kind],
    known: set[str],
) -> None:
    name = f'"{schema}"."{contract.resource}"'
    columns = {**contract.columns, LOADED_AT: Kind.INSTANT}
    columns |= {column: kind for column, kind in mapped.items() if column not in columns}
    typed = {column: f'"{column}" {DUCKDB_TYPES[kind]}' for column, kind in columns.items()}
    if not known:
        con.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        con.execute(f"CREATE TABLE {name} ({', '.join(typed.values())})")
        return
    for column, definition in typed.items():
        if column not in known:
            con.execute(f"ALTER TABLE {name} ADD COLUMN {definition}")


def _columns(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], set[str]]:
    """Return (schema, table) → the columns there are, for all raw tables."""
    found: dict[tuple[str, str], set[str]] = {}
    rows = con.execute(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        " WHERE table_schema LIKE 'raw_%'"
    ).fetchall()
    for schema, table_name, column in rows:
        found.setdefault((schema, table_name), set()).add(column)
    return found

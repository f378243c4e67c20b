"""The raw layer itself: which tables exist, and the two tables that tell how a load went.

Here belongs everything that touches ``raw_*`` schemas with SQL. Not here: vendors, dlt, parsing.
Everything opens the warehouse, does its work and closes it, because DuckDB lets only one
process write at a time.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import duckdb

from ingestion.config import agreement_table
from ingestion.contracts import DUCKDB_TYPES, LOADED_AT, Kind, TableContract, table
from ingestion.naming import column_name

SOURCES = ("salesforce", "hubspot", "typeform", "sansan", "card_files", "campaign_spend")

LANDING_TABLES: tuple[TableContract, ...] = (
    table(
        "resource_load",
        key="source resource",
        text="status error",
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

MAPPING_KINDS = {
    "number": Kind.NUMBER,
    "integer": Kind.INTEGER,
    "boolean": Kind.FLAG,
    "flag": Kind.FLAG,
    "date": Kind.DATE,
    "datetime": Kind.INSTANT,
}


def tables_of(source: str) -> tuple[TableContract, ...]:
    """Return the declared tables of one source."""
    contract = import_module(f"ingestion.sources.{source}.contract")
    tables: tuple[TableContract, ...] = contract.TABLES
    return tables


def mapped_columns(source: str, agreement_dir: Path | None) -> dict[str, dict[str, Kind]]:
    """Return resource → column → kind that a company's field mappings name for one source.

    A company may map fields that the declared contract does not know. HubSpot sends every
    property as text, so only Salesforce columns take the kind of the mapping.
    """
    path = agreement_table("field_mappings", agreement_dir)
    found: dict[str, dict[str, Kind]] = {}
    if not path.is_file():
        return found
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if (row.get("system") or "").strip() != source or not (row.get("field") or "").strip():
                continue
            kind = MAPPING_KINDS.get((row.get("data_type") or "").strip(), Kind.TEXT)
            resource = column_name((row.get("object") or "").strip())
            column = column_name((row.get("field") or "").strip())
            found.setdefault(resource, {})[column] = kind if source == "salesforce" else Kind.TEXT
    return found


def ensure_raw_tables(warehouse: Path, agreement_dir: Path | None = None) -> None:
    """Create every raw table and column that later steps read, without touching what is there.

    Args:
        warehouse: path of ``warehouse.duckdb``; made when missing.
        agreement_dir: a company's own agreement tables; columns that the field mappings name
            are added as well.
    """
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse)) as con:
        for source in SOURCES:
            mapped = mapped_columns(source, agreement_dir)
            for contract in tables_of(source):
                _ensure_table(con, f"raw_{source}", contract, mapped.get(contract.resource, {}))
        for contract in LANDING_TABLES:
            _ensure_table(con, "raw_landing", contract, {})


def _ensure_table(
    con: duckdb.DuckDBPyConnection, schema: str, contract: TableContract, mapped: dict[str, Kind]
) -> None:
    name = f'"{schema}"."{contract.resource}"'
    con.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    columns = list(_column_definitions({**mapped, **contract.columns}))
    con.execute(f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(columns)})")
    for column in columns:
        con.execute(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {column}")


def _column_definitions(columns: dict[str, Kind]) -> Iterator[str]:
    for name, kind in columns.items():
        yield f'"{name}" {DUCKDB_TYPES[kind]}'
    yield f'"{LOADED_AT}" {DUCKDB_TYPES[Kind.INSTANT]}'

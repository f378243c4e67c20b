"""Unify: the dbt project as assets, in two steps: the line itself and the Friday hygiene memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration.dbt import dbt_executable, dbt_project
from orchestration.resources import Line, dbt_vars
from orchestration.settings import Settings
from orchestration.translators import LineDbtTranslator

PROJECT = dbt_project()
TRANSLATOR = LineDbtTranslator()
FRIDAY = "tag:friday"


@dbt_assets(
    manifest=PROJECT.manifest_path,
    project=PROJECT,
    dagster_dbt_translator=TRANSLATOR,
    exclude=FRIDAY,
    name="unify",
    pool="duckdb",
)
def unify(context: dg.AssetExecutionContext, line: Line, dbt: DbtCliResource) -> Iterator[Any]:
    """Builds and tests everything from staging to marts and sync models for the run's `as_of`."""
    yield from _build(context, line, dbt)


@dbt_assets(
    manifest=PROJECT.manifest_path,
    project=PROJECT,
    dagster_dbt_translator=TRANSLATOR,
    select=FRIDAY,
    name="remember_hygiene",
    pool="duckdb",
)
def remember_hygiene(
    context: dg.AssetExecutionContext, line: Line, dbt: DbtCliResource
) -> Iterator[Any]:
    """Remembers this week's findings in the state, so that next Friday can compare."""
    yield from _build(context, line, dbt)


def _build(context: dg.AssetExecutionContext, line: Line, dbt: DbtCliResource) -> Iterator[Any]:
    """Runs `dbt build`, then hands its events on with the row count of each table.

    The counts wait until dbt has ended: DuckDB lets one process have the warehouse open.
    """
    as_of = line.as_of(context)
    line.prepare_unify(as_of)
    events: list[Any] = []
    failure: Exception | None = None
    try:
        events.extend(dbt.cli(["build", "--vars", dbt_vars(as_of)], context=context).stream())
    except Exception as error:
        failure = error
    counts = row_counts(line.settings)
    for event in events:
        yield _with_row_count(context, event, counts)
    if failure is not None:
        raise failure


def row_counts(settings: Settings) -> dict[tuple[str, str], int]:
    """Rows per (layer, table) of warehouse and state, views left out."""
    if not settings.warehouse.exists():
        return {}
    with duckdb.connect(str(settings.warehouse)) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        return {
            (schema, table): _count(connection, schema, table)
            for schema, table in tables
            if not schema.startswith("raw_")
        }


def _count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    row = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
    return int(row[0]) if row else 0


def _with_row_count(
    context: dg.AssetExecutionContext, event: Any, counts: dict[tuple[str, str], int]
) -> Any:
    if not isinstance(event, dg.Output):
        return event
    layer, model = context.asset_key_for_output(event.output_name).path[-2:]
    if (layer, model) not in counts:
        return event
    metadata: dict[str, Any] = {**event.metadata, "dagster/row_count": counts[layer, model]}
    return dg.Output(value=None, output_name=event.output_name, metadata=metadata)


defs = dg.Definitions(
    assets=[unify, remember_hygiene],
    resources={
        "dbt": DbtCliResource(
            project_dir=PROJECT,
            profiles_dir=str(PROJECT.project_dir),
            dbt_executable=dbt_executable(),
        )
    },
)

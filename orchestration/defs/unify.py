"""Unify: the dbt project as assets, in two steps: the line itself and the Friday hygiene memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliInvocation, DbtCliResource, dbt_assets

from orchestration.dbt import dbt_executable, dbt_project
from orchestration.resources import Line, dbt_vars
from orchestration.settings import Settings
from orchestration.translators import LineDbtTranslator

PROJECT = dbt_project()
TRANSLATOR = LineDbtTranslator()
FRIDAY = "tag:friday"
NAMED_FAILURES = 5


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
    # Unit tests prove the models' logic on made-up rows; they belong to `make test`.
    arguments = ["build", "--exclude-resource-type", "unit_test", "--vars", dbt_vars(as_of)]
    # One target folder per installation keeps what dbt has parsed for the next call.
    target = line.settings.data_dir / "dbt"
    invocation = dbt.cli(arguments, context=context, raise_on_error=False, target_path=target)
    events = list(invocation.stream())
    counts = row_counts(line.settings)
    for event in events:
        yield _with_row_count(context, event, counts)
    if not invocation.is_successful():
        raise dg.Failure(description=_what_failed(invocation), allow_retries=False)


def _what_failed(invocation: DbtCliInvocation) -> str:
    """The failed models and tests by name with the first line of dbt's reason."""
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except FileNotFoundError:
        return f"dbt did not start: {invocation.get_error() or 'see the log of the step'}"
    failed = [result for result in results if result["status"] in ("error", "fail")]
    reasons = [
        f"{result['unique_id'].split('.')[2]} ({_first_line(result['message'])})"
        for result in failed[:NAMED_FAILURES]
    ]
    more = f" and {len(failed) - len(reasons)} more" if len(failed) > len(reasons) else ""
    return f"dbt: {'; '.join(reasons)}{more}"


def _first_line(message: str | None) -> str:
    lines = [line.strip() for line in (message or "").splitlines() if line.strip()]
    return lines[0] if lines else "no reason given"


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


def memories() -> list[dg.AssetSpec]:
    """What models read of earlier runs from the state, as assets that no run makes.

    Without a definition of its own Dagster takes such a source for the model that writes the same
    table, and the graph becomes a cycle.
    """
    manifest = json.loads(Path(PROJECT.manifest_path).read_text(encoding="utf-8"))
    specs = {
        TRANSLATOR.get_asset_key(source): source["description"]
        for source in manifest["sources"].values()
        if not source["schema"].startswith("raw_")
    }
    return [
        dg.AssetSpec(key, description=text, group_name="memory", kinds={"duckdb"})
        for key, text in specs.items()
    ]


defs = dg.Definitions(
    assets=[unify, remember_hygiene, *memories()],
    resources={
        "dbt": DbtCliResource(
            project_dir=PROJECT,
            profiles_dir=str(PROJECT.project_dir),
            dbt_executable=dbt_executable(),
        )
    },
)

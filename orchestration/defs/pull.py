"""Pull: one step per source, one asset per resource, one check that says what did not land.

A source that is off, down or refused still finishes its step: its assets keep what was landed
before, the check turns yellow with the reason, and the rest of the line goes on.
"""

from collections.abc import Iterator

import dagster as dg

from ingestion.pipeline import SOURCES, LoadReport, ResourceLoad, load_source, resource_names
from orchestration.resources import Line
from orchestration.translators import raw_key


def build_pull_assets(source: str) -> dg.AssetsDefinition:
    """Wraps one dlt source as a Dagster step."""
    keys = [raw_key(source, resource) for resource in resource_names(source)]

    @dg.multi_asset(
        name=f"pull_{source}",
        specs=[_spec(source, key) for key in keys],
        check_specs=[dg.AssetCheckSpec("landed", asset=key) for key in keys],
        pool="duckdb",
    )
    def pull(context: dg.AssetExecutionContext, line: Line) -> Iterator[dg.MaterializeResult]:
        settings = line.settings
        report = load_source(
            source,
            data_dir=settings.data_dir,
            inbox_dir=settings.inbox_dir,
            as_of=line.as_of(context),
            agreement_dir=settings.agreement_dir,
        )
        if report.error:
            context.log.warning(f"{source}: {report.error}")
        yield from _results(report)

    return pull


def _spec(source: str, key: dg.AssetKey) -> dg.AssetSpec:
    resource = key.path[-1]
    return dg.AssetSpec(
        key,
        group_name="pull",
        kinds={"dlt", "duckdb"},
        description=f"Rows of `{resource}` as {source} gives them, in `raw_{source}.{resource}`.",
    )


def _results(report: LoadReport) -> Iterator[dg.MaterializeResult]:
    for load in report.resources:
        key = raw_key(report.source, load.resource)
        metadata = _metadata(report, load)
        yield dg.MaterializeResult(
            asset_key=key,
            metadata=metadata,
            check_results=[
                dg.AssetCheckResult(
                    asset_key=key,
                    check_name="landed",
                    passed=load.status in ("ok", "off") and not load.rejected,
                    severity=dg.AssetCheckSeverity.WARN,
                    description=_gap(load),
                    metadata={"status": load.status, "rejected": load.rejected},
                )
            ],
        )


def _gap(load: ResourceLoad) -> str | None:
    """What did not land, in words; None when everything did."""
    rejected = (
        f"{load.rejected} rows could not be loaded, see raw_landing.rejected_row."
        if load.rejected
        else None
    )
    return " ".join(filter(None, [load.error, rejected])) or None


def _metadata(report: LoadReport, load: ResourceLoad) -> dict[str, dg.MetadataValue]:
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(load.rows_total),
        "rows_loaded": dg.MetadataValue.int(load.rows_loaded),
        "rejected": dg.MetadataValue.int(load.rejected),
        "status": dg.MetadataValue.text(load.status),
        "api_calls_of_source": dg.MetadataValue.int(report.api_calls),
    }
    if load.error:
        metadata["error"] = dg.MetadataValue.text(load.error)
    if load.newest_record_at is not None:
        metadata["newest_record_at"] = dg.MetadataValue.timestamp(load.newest_record_at)
    return metadata


def _landing_log(table: str, description: str) -> dg.AssetSpec:
    """A table that every pull step writes to, besides its own."""
    every = [raw_key(source, name) for source in SOURCES for name in resource_names(source)]
    return dg.AssetSpec(
        raw_key("landing", table), deps=every, description=description, group_name="pull"
    )


defs = dg.Definitions(
    assets=[
        *(build_pull_assets(source) for source in SOURCES),
        _landing_log("resource_load", "One row per source and resource: when it last came."),
        _landing_log("rejected_row", "Rows that could not be loaded, each with its reason."),
    ]
)

"""Publish: the audited marts become the file that dashboards read, in one atomic swap."""

import dagster as dg

from activation.published_mart import publish
from orchestration.defs.gate import GATE_KEY
from orchestration.resources import Line

PUBLISHED_KEY = dg.AssetKey(["published", "mart"])


@dg.asset(
    key=PUBLISHED_KEY,
    group_name="published",
    kinds={"duckdb", "parquet"},
    deps=[GATE_KEY],
    pool="duckdb",
)
def published_mart(context: dg.AssetExecutionContext, line: Line) -> dg.MaterializeResult:
    """Publishes every mart table as one DuckDB file and as Parquet; readers never wait."""
    settings = line.settings
    publication = publish(settings.warehouse, settings.published_dir)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(publication.rows.values()),
            "path": dg.MetadataValue.path(str(publication.path)),
            "rows_per_table": dg.MetadataValue.json(dict(publication.rows)),
        }
    )


defs = dg.Definitions(assets=[published_mart])

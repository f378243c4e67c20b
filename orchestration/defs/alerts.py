"""Alerts: what somebody must look at today, red in the UI, although the line goes on."""

from pathlib import Path

import dagster as dg
import duckdb
from dagster_dbt import get_asset_key_for_model

from orchestration.defs.unify import unify
from orchestration.resources import Line


@dg.asset_check(
    asset=get_asset_key_for_model([unify], "routes"),
    name="nobody_waits_in_a_queue",
    blocking=False,
    pool="duckdb",
)
def nobody_waits_in_a_queue(line: Line) -> dg.AssetCheckResult:
    """Red while leads wait in a team's queue because nobody of the team can take them."""
    waiting = leads_in_queues(line.settings.warehouse)
    told = ", ".join(f"{count} in {queue}" for queue, count in waiting.items())
    return dg.AssetCheckResult(
        passed=not waiting,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"leads that nobody of the team can take: {told}" if waiting else None,
        metadata={"waiting": sum(waiting.values())},
    )


def leads_in_queues(warehouse: Path) -> dict[str, int]:
    """Leads without a rep, by the queue that holds them."""
    query = "select queue, count(*) from mart.routes where is_alert group by queue order by queue"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return dict(connection.execute(query).fetchall())


defs = dg.Definitions(asset_checks=[nobody_waits_in_a_queue])

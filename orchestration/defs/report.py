"""Report: the Friday page and workbook, and the message that tells people where they are."""

import dagster as dg
from dagster_dbt import get_asset_key_for_model

from activation.writers import slack
from orchestration.defs.gate import HYGIENE_KEY
from orchestration.defs.unify import remember_hygiene, unify
from orchestration.resources import Line
from reporting.friday import FridayReport, build_friday_report
from reporting.messages import friday_message

FRIDAY_KEY = dg.AssetKey(["report", "friday"])


@dg.asset(
    key=FRIDAY_KEY,
    group_name="report",
    kinds={"html", "excel"},
    deps=[
        HYGIENE_KEY,
        get_asset_key_for_model([unify], "hygiene_findings"),
        get_asset_key_for_model([unify], "hygiene_history"),
        get_asset_key_for_model([remember_hygiene], "remembered_sightings"),
    ],
    check_specs=[dg.AssetCheckSpec("announced", asset=FRIDAY_KEY)],
    pool="duckdb",
)
def friday_report(context: dg.AssetExecutionContext, line: Line) -> dg.MaterializeResult:
    """Writes the Friday report with its decision workbook and announces it in Slack."""
    settings = line.settings
    report = build_friday_report(
        settings.warehouse,
        settings.reports_dir,
        as_of=line.as_of(context),
        salesforce_url=settings.salesforce_url,
        language=settings.language,
        state=settings.state,
    )
    return dg.MaterializeResult(
        metadata={
            "open": dg.MetadataValue.url(report.html_path.as_uri()),
            "report": dg.MetadataValue.path(str(report.html_path)),
            "workbook": dg.MetadataValue.path(str(report.workbook_path)),
            "why_cards": report.why_cards,
            "why_cards_missing": report.why_cards_missing,
            "findings": dg.MetadataValue.json(dict(report.counts)),
        },
        check_results=[_announce(report, settings.language)],
    )


def _announce(report: FridayReport, language: str) -> dg.AssetCheckResult:
    """A message that cannot be delivered is seen, and the report stands all the same."""
    error = slack.send(friday_message(report, language=language))
    return dg.AssetCheckResult(
        check_name="announced",
        passed=error is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=error,
    )


defs = dg.Definitions(assets=[friday_report])

"""Gate: the GX suites as steps of their own whose failed checks block what comes after.

`["gate", "mart"]` stands between the marts and everything that leaves the house; its checks block
publication and push. `["gate", "hygiene"]` is the weekly audit: it warns and never blocks.
"""

from collections.abc import Iterable

import dagster as dg
from dagster_dbt import get_asset_key_for_model

from expectations.gate_facts import GATED_TABLES
from expectations.validation import ExpectationOutcome, SuiteResult, run_suite
from orchestration.defs.unify import unify
from orchestration.resources import Line

HYGIENE_TABLES = (
    "persons",
    "hyg_person__duplicate_records",
    "hyg_person__missing_attribute",
    "hyg_person__ng_to_pass_back",
    "hyg_opportunity__stage_overdue",
)
SHOWN_IDS = 3
GATE_KEY = dg.AssetKey(["gate", "mart"])
HYGIENE_KEY = dg.AssetKey(["gate", "hygiene"])


def _check_specs(
    key: dg.AssetKey, tables: Iterable[str], *, blocking: bool
) -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(table, asset=key, blocking=blocking) for table in tables]


def _verdict(
    result: SuiteResult, key: dg.AssetKey, tables: Iterable[str], severity: dg.AssetCheckSeverity
) -> dg.MaterializeResult:
    return dg.MaterializeResult(
        metadata={"expectations": len(result.results), "passed": result.success},
        check_results=_checks(result, key, tables, severity),
    )


def _checks(
    result: SuiteResult, key: dg.AssetKey, tables: Iterable[str], severity: dg.AssetCheckSeverity
) -> list[dg.AssetCheckResult]:
    """One check per table, with each failed expectation as metadata (ids only, never values)."""
    checks = []
    for table in tables:
        outcomes = [outcome for outcome in result.results if outcome.table == table]
        failed = [outcome for outcome in outcomes if not outcome.success]
        rows = [
            f"| {o.expectation} | {o.column or ''} | {o.unexpected_count} | "
            f"{', '.join(map(str, o.sample_ids))} |"
            for o in failed
        ]
        header = "| expectation | column | unexpected | sample |\n|---|---|---|---|\n"
        checks.append(
            dg.AssetCheckResult(
                asset_key=key,
                check_name=table,
                passed=not failed,
                severity=severity,
                description="; ".join(map(_told, failed)) or None,
                metadata={
                    "expectations": len(outcomes),
                    "failed": dg.MetadataValue.md(header + "\n".join(rows) if rows else "none"),
                },
            )
        )
    return checks


def _told(outcome: ExpectationOutcome) -> str:
    """One failed expectation for the terminal and the check's page; ids only, never values."""
    if outcome.error:
        return f"{outcome.rule} could not be evaluated"
    sample = ", ".join(map(str, outcome.sample_ids[:SHOWN_IDS]))
    return f"{outcome.rule} fails for {outcome.unexpected_count}" + (
        f", such as {sample}" if sample else ""
    )


@dg.asset(
    key=GATE_KEY,
    group_name="gate",
    kinds={"greatexpectations"},
    deps=[get_asset_key_for_model([unify], table) for table in GATED_TABLES],
    check_specs=_check_specs(GATE_KEY, GATED_TABLES, blocking=True),
    pool="duckdb",
)
def gate(context: dg.AssetExecutionContext, line: Line) -> dg.MaterializeResult:
    """Audits persons, accounts and opportunities; when one fails, nothing leaves the house."""
    result = run_suite("gate", line.settings.warehouse, line.as_of(context))
    return _verdict(result, GATE_KEY, GATED_TABLES, dg.AssetCheckSeverity.ERROR)


@dg.asset(
    key=HYGIENE_KEY,
    group_name="hygiene",
    kinds={"greatexpectations"},
    deps=[get_asset_key_for_model([unify], table) for table in HYGIENE_TABLES],
    check_specs=_check_specs(HYGIENE_KEY, HYGIENE_TABLES, blocking=False),
    pool="duckdb",
)
def hygiene_audit(context: dg.AssetExecutionContext, line: Line) -> dg.MaterializeResult:
    """Counts what the Friday meeting has to clean, class by class."""
    result = run_suite("hygiene", line.settings.warehouse, line.as_of(context))
    return _verdict(result, HYGIENE_KEY, HYGIENE_TABLES, dg.AssetCheckSeverity.WARN)


defs = dg.Definitions(assets=[gate, hygiene_audit])

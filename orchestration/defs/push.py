"""Push: plan what to write back, and with `KAKEHASHI_PUSH=apply` write exactly that plan."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from activation.push import apply_plan, make_plan
from orchestration.defs.publish import PUBLISHED_KEY
from orchestration.resources import Line

TARGETS = (("salesforce", "lead"), ("salesforce", "contact"))


def build_push_asset(system: str, object_name: str) -> dg.AssetsDefinition:
    """One step per object; a failing vendor turns its check red and holds nobody else up."""
    key = dg.AssetKey(["push", system, object_name])

    @dg.asset(
        key=key,
        group_name="push",
        kinds={system},
        deps=[PUBLISHED_KEY],
        check_specs=[dg.AssetCheckSpec("accepted", asset=key)],
        pool="duckdb",
        description=f"Unified values back to {system} {object_name}: plan, apply, ledger.",
    )
    def push(context: dg.AssetExecutionContext, line: Line) -> dg.MaterializeResult:
        return _push(context, line, system, object_name)

    return push


def _push(
    context: dg.AssetExecutionContext, line: Line, system: str, object_name: str
) -> dg.MaterializeResult:
    settings = line.settings
    metadata: dict[str, Any] = {"mode": settings.push_mode}
    if settings.push_mode == "off":
        return _result(metadata, passed=True)
    plan = make_plan(
        settings.warehouse,
        settings.state,
        system=system,
        object_name=object_name,
        run_id=context.run.run_id,
        as_of=line.as_of(context),
    )
    metadata |= {
        "plan_id": plan.plan_id,
        "planned": plan.planned,
        "already_equal": plan.unchanged,
        "kept_as_typed": plan.kept,
        "refused": plan.refused,
        "api_calls_forecast": plan.api_calls_forecast,
    }
    if settings.push_mode == "plan":
        return _result(metadata, passed=True)
    outcome = apply_plan(
        plan.plan_id, settings.state, run_id=context.run.run_id, now=datetime.now(UTC)
    )
    metadata |= {
        "written": outcome.written,
        "unchanged": outcome.unchanged,
        "skipped": outcome.skipped,
        "rejected": outcome.rejected,
        "held": outcome.held,
        "errors": dict(outcome.errors),
        "api_calls": outcome.api_calls,
    }
    return _result(metadata, passed=not outcome.rejected and not outcome.held)


def _result(metadata: dict[str, Any], *, passed: bool) -> dg.MaterializeResult:
    check = dg.AssetCheckResult(
        check_name="accepted", passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
    )
    return dg.MaterializeResult(metadata=metadata, check_results=[check])


defs = dg.Definitions(assets=[build_push_asset(*target) for target in TARGETS])

"""Push: plan what to write back, and with `KAKEHASHI_PUSH=apply` write exactly that plan."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from activation.push import PushOutcome, apply_plan, make_plan, reasons_to_wait
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
    if waits_for := reasons_to_wait(settings.warehouse, settings.state, system=system):
        return _result(metadata | {"waits_for": ", ".join(waits_for)}, passed=False)
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
    metadata |= _counts(outcome)
    return _result(metadata, passed=not outcome.rejected and not outcome.held)


def _counts(outcome: PushOutcome) -> dict[str, Any]:
    return {
        "written": outcome.written,
        "unchanged": outcome.unchanged,
        "skipped": outcome.skipped,
        "rejected": outcome.rejected,
        "held": outcome.held,
        "errors": dict(outcome.errors),
        "api_calls": outcome.api_calls,
    }


def _result(metadata: dict[str, Any], *, passed: bool) -> dg.MaterializeResult:
    check = dg.AssetCheckResult(
        check_name="accepted", passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
    )
    return dg.MaterializeResult(metadata=metadata, check_results=[check])


class StoredPlan(dg.Config):
    """Which plan to carry out: `plan_id` from the metadata of the push asset that planned it."""

    plan_id: str


@dg.op(pool="duckdb")
def apply_stored_plan(context: dg.OpExecutionContext, config: StoredPlan, line: Line) -> None:
    """Writes exactly the plan that somebody has read; a field changed meanwhile is skipped."""
    outcome = apply_plan(
        config.plan_id, line.settings.state, run_id=context.run.run_id, now=datetime.now(UTC)
    )
    counts = _counts(outcome)
    context.add_output_metadata({"plan_id": outcome.plan_id, "planned": outcome.planned, **counts})
    context.log.info(f"{outcome.planned} planned: {counts}")


@dg.job(name="apply_plan", description="Carries out one stored plan: give its plan_id.")
def apply_plan_job() -> None:
    """One step: the plan was gated when it was made."""
    apply_stored_plan()


defs = dg.Definitions(
    assets=[build_push_asset(*target) for target in TARGETS], jobs=[apply_plan_job]
)

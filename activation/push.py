"""Entry points of the push-back: make a plan from the sync models, apply a stored plan.

Belongs here: opening warehouse and state, choosing the writer, counting. Does not: whether a push
may happen at all (`KAKEHASHI_PUSH` and the gate are orchestration's).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from activation import ledger
from activation.apply import Application, apply_changes
from activation.plan import DesiredValue, Plan, PlanError, build_plan, hash_changes
from activation.writer import Writer
from activation.writers.salesforce import SalesforceWriter

WRITERS: dict[str, Callable[[], Writer]] = {"salesforce": SalesforceWriter.from_environment}

_DESIRED_VALUES = """
    select
        record_id, field, old_value, new_value, data_type, coalesce(may_overwrite, false),
        coalesce(reason, ''), last_modified_at, person_id
    from activation."{table}"
    order by record_id, field, new_value
"""

_NEVER_CAME = """
    select source, resource from raw_landing.resource_load
    where status = 'failed' and last_loaded_at is null
        and coalesce(fault, '') not in ('rights', 'missing')
    order by source, resource
"""
_REMEMBERED = "select distinct split_part(record_key, ':', 1) from identity.registry"


@dataclass(frozen=True)
class PushOutcome:
    """What became of a plan so far; planned = written + unchanged + skipped + rejected + held.

    Attributes:
        errors: Error code with field names → fields; never a value.
        api_calls: Calls made by this application.
    """

    plan_id: str
    planned: int
    written: int
    unchanged: int
    skipped: int
    rejected: int
    held: int
    errors: dict[str, int]
    api_calls: int


def reasons_to_wait(warehouse: Path, state: Path, *, system: str) -> tuple[str, ...]:
    """What has to be pulled first, lest good values be overwritten by ones known only by half.

    That is a part of the system itself that never came whole, or a source that the state remembers
    and a rebuilt warehouse has not got back. What the vendor will not let us read for good (no
    right, not in this edition) is no reason, nor is a source that is switched off.

    Args:
        warehouse: The DuckDB file with what the loads said.
        state: The DuckDB file with the identity registry.
        system: System that is to be written to.

    Returns:
        Source and resource of each, such as `hubspot contact`.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        never_came = connection.execute(_NEVER_CAME).fetchall()
    with _open_state(state) as connection:
        remembered = _remembered(connection)
    return tuple(
        f"{source} {resource}"
        for source, resource in never_came
        if source in remembered or source == system
    )


def _remembered(connection: duckdb.DuckDBPyConnection) -> set[str]:
    try:
        rows = connection.execute(_REMEMBERED).fetchall()
    except duckdb.CatalogException:
        return set()
    return {source for (source,) in rows}


def make_plan(
    warehouse: Path, state: Path, *, system: str, object_name: str, run_id: str, as_of: datetime
) -> Plan:
    """Plans the push for one object and stores the plan; writes nothing outside.

    Args:
        warehouse: The DuckDB file with the sync model of the object.
        state: The DuckDB file with the ledger.
        system: System to write to, such as `salesforce`.
        object_name: Its object, such as `lead`.
        run_id: The run that plans.
        as_of: The time input of that run.

    Raises:
        PlanError: The warehouse holds no sync model for the object.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        desired = _desired_values(connection, system, object_name)
        closed = _closed_records(connection, system, object_name)
    plan = build_plan(
        desired,
        system=system,
        object_name=object_name,
        run_id=run_id,
        as_of=as_of,
        closed_records=closed,
    )
    with _open_state(state) as connection:
        ledger.save_plan(connection, plan)
    return plan


def apply_plan(
    plan_id: str,
    state: Path,
    *,
    run_id: str,
    now: datetime,
    writer: Writer | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> PushOutcome:
    """Applies a stored plan; applying it again continues where it stopped and repeats nothing.

    A system that is off or down does not raise: its changes are held, and said so.

    Args:
        plan_id: The plan to carry out.
        state: The DuckDB file with the ledger.
        run_id: The run that applies.
        now: Moment under which outcomes are noted.
        writer: How the system is reached; default by what the environment configures.
        sleep: How to wait between attempts.

    Raises:
        PlanError: There is no such plan, or it is not what was planned.
    """
    with _open_state(state) as connection:
        plan = ledger.load_plan(connection, plan_id)
        _verify(plan)
        done = ledger.settled_fields(connection, plan_id)
        rest = [one for one in plan.changes if (one.record_id, one.field) not in done]
        application = Application(
            plan=plan,
            connect=(lambda: writer) if writer else WRITERS[plan.system],
            con=connection,
            run_id=run_id,
            now=now,
            sleep=sleep,
            intended=ledger.intended_fields(connection, plan_id),
        )
        if rest:
            apply_changes(application, rest)
        return _count(application)


def _open_state(state: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(state))
    connection.execute("set timezone = 'UTC'")
    ledger.migrate(connection)
    return connection


def _desired_values(
    connection: duckdb.DuckDBPyConnection, system: str, object_name: str
) -> list[DesiredValue]:
    table = f"sync_{system}__{object_name}"
    connection.execute("set timezone = 'UTC'")
    try:
        rows = connection.execute(_DESIRED_VALUES.format(table=table)).fetchall()
    except duckdb.CatalogException:
        raise PlanError(f"The warehouse has no table activation.{table}; build it first.") from None
    return [DesiredValue(*row) for row in rows]


def _closed_records(
    connection: duckdb.DuckDBPyConnection, system: str, object_name: str
) -> frozenset[str]:
    """Records that the sync model must not offer; planned for nothing even if it does."""
    if (system, object_name) != ("salesforce", "lead"):
        return frozenset()
    try:
        rows = connection.execute(
            "select id from raw_salesforce.lead where is_converted"
        ).fetchall()
    except duckdb.CatalogException:
        return frozenset()
    return frozenset(record_id for (record_id,) in rows)


def _verify(plan: Plan) -> None:
    if hash_changes(plan.system, plan.object_name, plan.changes) != plan.plan_hash:
        raise PlanError(
            f"Plan {plan.plan_id} is not what was planned (its hash differs); "
            "nothing was written, make a new plan."
        )


def _count(application: Application) -> PushOutcome:
    connection, plan = application.con, application.plan
    counts = ledger.count_outcomes(connection, plan.plan_id)
    return PushOutcome(
        plan_id=plan.plan_id,
        planned=plan.planned,
        **{outcome: counts.get(outcome, 0) for outcome in ledger.OUTCOMES},
        errors=ledger.count_errors(connection, plan.plan_id),
        api_calls=application.api_calls,
    )

"""The push ledger in `state.duckdb`, schema `ledger`: plans, intents, outcomes.

Belongs here: tables, versioned migrations, reading and writing of rows. Does not: deciding what is
planned (plan) or what became of a write (apply). Rows are only ever added; before and after values
of every write are kept, which is what an undo needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from activation.ledger_schema import MIGRATIONS
from activation.plan import Plan, PlanError, PlannedChange

SETTLED = ("written", "unchanged", "skipped", "rejected")
OUTCOMES = (*SETTLED, "held")


@dataclass(frozen=True)
class FieldOutcome:
    """What became of one planned field in one application.

    Attributes:
        outcome: `written`, `unchanged` (somebody had already written the same), `skipped` (the
            record had changed), `rejected` (the system refused) or `held` (not tried; may follow).
        error: Error code and field names only, never a value.
    """

    plan_id: str
    record_id: str
    field: str
    run_id: str
    before_value: str | None
    after_value: str | None
    outcome: str
    error: str | None
    happened_at: datetime


@dataclass(frozen=True)
class WriteIntent:
    """A field that is about to be written; kept so that a crash cannot hide a write."""

    plan_id: str
    record_id: str
    field: str
    run_id: str
    before_value: str | None
    happened_at: datetime


def migrate(con: duckdb.DuckDBPyConnection) -> None:
    """Brings schema `ledger` of an opened state file to the present version; drops nothing."""
    con.execute("create schema if not exists ledger")
    con.execute(
        "create table if not exists ledger.schema_versions "
        "(version integer primary key, applied_at timestamptz not null)"
    )
    row = con.execute("select coalesce(max(version), 0) from ledger.schema_versions").fetchone()
    present = int(row[0]) if row else 0
    for version, statements in enumerate(MIGRATIONS, start=1):
        if version > present:
            _apply_migration(con, version, statements)


def _apply_migration(
    con: duckdb.DuckDBPyConnection, version: int, statements: Sequence[str]
) -> None:
    con.execute("begin")
    try:
        for statement in statements:
            con.execute(statement)
        con.execute(
            "insert into ledger.schema_versions values (?, ?)", [version, datetime.now(UTC)]
        )
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")


def save_plan(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Stores a plan; a plan that is already there is left as it is."""
    if con.execute("select 1 from ledger.plans where plan_id = ?", [plan.plan_id]).fetchone():
        return
    con.execute("begin")
    try:
        con.execute(
            "insert into ledger.plans values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                plan.plan_id, plan.run_id, plan.system, plan.object_name, plan.as_of,
                plan.plan_hash, plan.planned, plan.unchanged, plan.kept, plan.refused,
                plan.api_calls_forecast,
            ],
        )  # fmt: skip
        rows = [{"plan_id": plan.plan_id, **vars(change)} for change in plan.changes]
        _append(con, "planned_changes", ("plan_id", *_names(PlannedChange)), rows)
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")


def load_plan(con: duckdb.DuckDBPyConnection, plan_id: str) -> Plan:
    """Reads a stored plan.

    Raises:
        PlanError: There is no such plan.
    """
    header = con.execute(
        """
        select run_id, system, object, as_of, plan_hash, unchanged, kept, refused,
            api_calls_forecast
        from ledger.plans where plan_id = ?
        """,
        [plan_id],
    ).fetchone()
    if header is None:
        raise PlanError(f"There is no plan {plan_id} in the ledger.")
    run_id, system, object_name, as_of, plan_hash, unchanged, kept, refused, forecast = header
    names = ", ".join(_names(PlannedChange))
    rows = con.execute(
        f"select {names} from ledger.planned_changes where plan_id = ? order by record_id, field",
        [plan_id],
    ).fetchall()
    return Plan(
        plan_id=plan_id,
        run_id=run_id,
        system=system,
        object_name=object_name,
        as_of=as_of,
        plan_hash=plan_hash,
        changes=tuple(PlannedChange(*row) for row in rows),
        unchanged=unchanged,
        kept=kept,
        refused=refused,
        api_calls_forecast=forecast,
    )


def save_intents(con: duckdb.DuckDBPyConnection, intents: Iterable[WriteIntent]) -> None:
    """Notes what is about to be written, before it is."""
    _append(con, "write_intents", _names(WriteIntent), [vars(intent) for intent in intents])


def save_outcomes(con: duckdb.DuckDBPyConnection, outcomes: Iterable[FieldOutcome]) -> None:
    """Notes what became of fields."""
    _append(con, "outcomes", _names(FieldOutcome), [vars(outcome) for outcome in outcomes])


def settled_fields(con: duckdb.DuckDBPyConnection, plan_id: str) -> set[tuple[str, str]]:
    """Record and field of everything that applying the plan again must leave alone."""
    rows = con.execute(
        f"select record_id, field from ledger.outcomes where plan_id = ? and outcome in {SETTLED}",
        [plan_id],
    ).fetchall()
    return {(record_id, field) for record_id, field in rows}


def intended_fields(
    con: duckdb.DuckDBPyConnection, plan_id: str
) -> dict[tuple[str, str], str | None]:
    """Record and field → value before our first attempt, for everything ever attempted."""
    rows = con.execute(
        """
        select record_id, field, arg_min(before_value, attempt_number)
        from ledger.write_intents where plan_id = ? group by record_id, field
        """,
        [plan_id],
    ).fetchall()
    return {(record_id, field): before for record_id, field, before in rows}


def count_outcomes(con: duckdb.DuckDBPyConnection, plan_id: str) -> dict[str, int]:
    """Outcome → fields, by the latest outcome of each field."""
    rows = con.execute(
        "select outcome, count(*) from ledger.latest_outcomes where plan_id = ? group by outcome",
        [plan_id],
    ).fetchall()
    return {outcome: int(number) for outcome, number in rows}


def count_errors(con: duckdb.DuckDBPyConnection, plan_id: str) -> dict[str, int]:
    """Error → fields, by the latest outcome of each field."""
    rows = con.execute(
        """
        select error, count(*) from ledger.latest_outcomes
        where plan_id = ? and error is not null group by error order by error
        """,
        [plan_id],
    ).fetchall()
    return {error: int(number) for error, number in rows}


def _names(shape: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape))


def _append(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: list[dict[str, object]],
) -> None:
    if not rows:
        return
    incoming = pa.table({name: _column([row[name] for row in rows]) for name in columns})
    con.register("incoming_rows", incoming)
    try:
        names = ", ".join(columns)
        con.execute(f"insert into ledger.{table} ({names}) select {names} from incoming_rows")
    finally:
        con.unregister("incoming_rows")


def _column(values: list[object]) -> pa.Array:
    is_instant = any(isinstance(value, datetime) for value in values)
    return pa.array(values, type=pa.timestamp("us", tz="UTC") if is_instant else pa.string())

"""The push plan: which fields of which records shall change, from what to what, and why.

A plan is immutable and hashed; what is applied later is exactly what was planned. Belongs here:
the rules that turn desired values into changes, the hash, the forecast. Does not: storage
(ledger), writing (apply).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from activation.values import same

# How many records one read or write of a system takes, for the forecast.
RECORDS_PER_CALL = 200


class PlanError(Exception):
    """A plan cannot be made or must not be applied, said in one plain sentence."""


@dataclass(frozen=True)
class DesiredValue:
    """One row of a sync model: what a field holds and what it should hold."""

    record_id: str
    field: str
    old_value: str | None
    new_value: str | None
    data_type: str
    may_overwrite: bool
    reason: str
    last_modified_at: datetime | None
    person_id: str | None


@dataclass(frozen=True, order=True)
class PlannedChange:
    """One field that shall change; `old_value` is what the plan saw."""

    record_id: str
    field: str
    old_value: str | None
    new_value: str
    data_type: str
    reason: str
    person_id: str | None


@dataclass(frozen=True)
class Plan:
    """An immutable plan for one object of one system.

    Attributes:
        plan_id: Follows from run and content: the same run planning the same gets the same id.
        plan_hash: SHA-256 over system, object and every change.
        changes: The planned changes, ordered by record and field.
        unchanged: Fields that already hold what they should.
        kept: Filled fields that differ and may not be overwritten.
        refused: Fields with no or with contradicting desired values, and records that are closed.
        api_calls_forecast: Calls that applying takes when nothing has to be repeated.
    """

    plan_id: str
    run_id: str
    system: str
    object_name: str
    as_of: datetime
    plan_hash: str
    changes: tuple[PlannedChange, ...]
    unchanged: int
    kept: int
    refused: int
    api_calls_forecast: int

    @property
    def planned(self) -> int:
        """How many fields shall change."""
        return len(self.changes)


def build_plan(
    desired: Iterable[DesiredValue],
    *,
    system: str,
    object_name: str,
    run_id: str,
    as_of: datetime,
    closed_records: frozenset[str] = frozenset(),
) -> Plan:
    """Turns desired values into a plan.

    Args:
        desired: Rows of the sync model.
        system: The system to write to.
        object_name: Its object, in lower case.
        run_id: The run that plans.
        as_of: The time input of that run.
        closed_records: Records that must not be written, such as converted leads.
    """
    counts: Counter[str] = Counter()
    changes = []
    for rows in _by_field(desired):
        verdict = _verdict(rows, closed_records)
        counts[verdict] += 1
        if verdict == "change":
            changes.append(_change(rows[0]))
    ordered = tuple(_in_order(changes))
    plan_hash = hash_changes(system, object_name, ordered)
    return Plan(
        plan_id=_plan_id(run_id, plan_hash),
        run_id=run_id,
        system=system,
        object_name=object_name,
        as_of=as_of,
        plan_hash=plan_hash,
        changes=ordered,
        unchanged=counts["unchanged"],
        kept=counts["kept"],
        refused=counts["refused"],
        api_calls_forecast=forecast_calls(ordered, RECORDS_PER_CALL),
    )


def hash_changes(system: str, object_name: str, changes: Sequence[PlannedChange]) -> str:
    """The fingerprint of a plan's content, independent of the order in which it is given."""
    content = [system, object_name, [astuple(change) for change in _in_order(changes)]]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def forecast_calls(changes: Sequence[PlannedChange], batch_size: int) -> int:
    """Limits, description, and one read and one write per batch; nothing to do costs nothing."""
    records = len({change.record_id for change in changes})
    return 2 + 2 * -(-records // batch_size) if records else 0


def _in_order(changes: Sequence[PlannedChange]) -> list[PlannedChange]:
    return sorted(changes, key=lambda change: (change.record_id, change.field))


def _plan_id(run_id: str, plan_hash: str) -> str:
    return "plan_" + hashlib.sha256(f"{run_id}\n{plan_hash}".encode()).hexdigest()[:20]


def _by_field(desired: Iterable[DesiredValue]) -> list[list[DesiredValue]]:
    grouped: defaultdict[tuple[str, str], list[DesiredValue]] = defaultdict(list)
    for row in desired:
        grouped[row.record_id, row.field].append(row)
    return list(grouped.values())


def _verdict(rows: list[DesiredValue], closed_records: frozenset[str]) -> str:
    """What becomes of one field: `change`, `unchanged`, `kept` or `refused`."""
    row = rows[0]
    # Two models disagreeing about one field is a defect; picking one of them would hide it.
    if any(not same(row.new_value, other.new_value, row.data_type) for other in rows[1:]):
        return "refused"
    if row.record_id in closed_records or _is_empty(row.new_value):
        return "refused"
    if same(row.old_value, row.new_value, row.data_type):
        return "unchanged"
    return "change" if row.may_overwrite or _is_empty(row.old_value) else "kept"


def _is_empty(value: str | None) -> bool:
    return value is None or not value.strip()


def _change(row: DesiredValue) -> PlannedChange:
    return PlannedChange(
        record_id=row.record_id,
        field=row.field,
        old_value=row.old_value,
        new_value=row.new_value or "",
        data_type=row.data_type,
        reason=row.reason,
        person_id=row.person_id,
    )

"""Clocks by hand: definitions.md, section on clocks, counted day by day.

Belongs here: when each clock of a cycle is due, when it was met, how it stands and how many hours
it ran, on both calendars. Slow and obvious on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.by_hand.facts import TOKYO
from tests.by_hand.lives import Cycle

LIMIT_HOURS = {"hand_off": 24, "first_contact": 48, "feedback": 72}


@dataclass(frozen=True)
class Clock:
    """One clock of one cycle; hours to two decimals."""

    policy: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    status: str
    elapsed_hours: float
    business_hours: float


def clocks(
    cycle: Cycle,
    *,
    as_of: datetime,
    excused_from: datetime | None,
    on_business_time: bool,
    holidays: set[date],
) -> list[Clock]:
    """Return the clocks of a cycle that have started."""
    spans = {
        "hand_off": (cycle.mql_at, cycle.handed_at),
        "first_contact": (cycle.mql_at, cycle.first_contact_at),
        "feedback": (cycle.handed_at, cycle.feedback_at),
    }
    found = []
    for policy, (start, met) in spans.items():
        if start is None:
            continue
        limit = timedelta(hours=LIMIT_HOURS[policy])
        due = business_due(start, limit, holidays) if on_business_time else start + limit
        found.append(Clock(
            policy=policy, started_at=start, due_at=due, met_at=met,
            status=_status(due, met, as_of, excused_from),
            elapsed_hours=_hours((met or as_of) - start),
            business_hours=_hours(business_time(start, met or as_of, holidays)),
        ))  # fmt: skip
    return found


def _status(due: datetime, met: datetime | None, as_of: datetime, excused: datetime | None) -> str:
    if excused and excused <= due and (met is None or excused < met):
        return "excused"
    if met:
        return "met" if met <= due else "breached"
    return "breached" if due < as_of else "running"


def working_hours(start: datetime, holidays: set[date]) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing of every working day from an instant's Tokyo day on."""
    day = start.astimezone(TOKYO).date()
    while True:
        if day.weekday() < 5 and day not in holidays:
            opens = datetime.combine(day, time(9), TOKYO)
            yield max(opens, start), max(opens + timedelta(hours=9), start)
        day += timedelta(days=1)


def business_time(start: datetime, end: datetime, holidays: set[date]) -> timedelta:
    """Business time between two instants; none when the end comes first."""
    passed = timedelta()
    for opens, closes in working_hours(start, holidays):
        if opens >= end:
            return passed
        passed += min(closes, end) - opens
    raise AssertionError("working days never end")


def business_due(start: datetime, limit: timedelta, holidays: set[date]) -> datetime:
    """First instant at which the business time since the start is the limit."""
    left = limit
    for opens, closes in working_hours(start, holidays):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("working days never end")


def _hours(span: timedelta) -> float:
    hours = Decimal(span // timedelta(microseconds=1)) / Decimal(3_600_000_000)
    return float(hours.quantize(Decimal("0.01"), ROUND_HALF_UP))

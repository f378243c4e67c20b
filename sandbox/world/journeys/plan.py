"""What a person's half year looks like: acts, hand-off, sales' follow-up, deal.

Belongs here: the plain shapes shared by everything that plans or writes journeys.
Must not: decide anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sandbox.world.truth.campaigns import Campaign, Form
from sandbox.world.truth.people import Person

MQL_STATES = frozenset(
    {
        "mql_waiting", "mql_dormant", "mql_contacted", "sql", "opportunity", "won", "lost",
        "recycled", "ng_sales_rejected",
    }
)  # fmt: skip
DEAL_STATES = frozenset({"opportunity", "won", "lost"})


@dataclass(frozen=True)
class Act:
    """One dated act of a person; `via` says which system notices it."""

    kind: str
    at: datetime
    via: str
    form: Form | None = None
    campaign: Campaign | None = None
    path: str = ""


@dataclass(frozen=True)
class SalesStep:
    """One call, mail or meeting by one of our own people."""

    kind: str
    at: datetime
    user: str


@dataclass(frozen=True)
class Bant:
    """Budget, need, timing and decision maker as sales noted them down."""

    budget: str
    need_is_clear: bool
    timeline: str
    decision_maker_attends: bool
    at: datetime


@dataclass
class Deal:
    """One opportunity of a person."""

    created_at: datetime
    stages: list[tuple[str, datetime]]
    amount: int | None
    close_on: date
    is_closed: bool
    is_won: bool
    owner: str
    roles: str
    loss_reason: str | None = None
    competitor: str | None = None
    meetings: int = 1
    decision_maker_attended: bool = False
    campaign: Campaign | None = None
    colleagues: list[str] = field(default_factory=list)


@dataclass
class Journey:
    """All that happens to one person in the window."""

    person: Person
    state: str
    seen_at: datetime
    marketer: str
    acts: list[Act] = field(default_factory=list)
    mql_at: datetime | None = None
    sales_user: str | None = None
    handed_at: datetime | None = None
    owned_by_sales_from_start: bool = False
    steps: list[SalesStep] = field(default_factory=list)
    feedback: list[tuple[str, datetime]] = field(default_factory=list)
    statuses: list[tuple[str, datetime]] = field(default_factory=list)
    bant: Bant | None = None
    converted_at: datetime | None = None
    deal: Deal | None = None
    joined_deal_of: str | None = None
    opted_out: bool = False
    comment: str | None = None
    theme: str | None = None


@dataclass(frozen=True)
class Appearance:
    """One source record that a person leaves somewhere; `act` is what created it, if any."""

    person: Person
    system: str
    at: datetime
    number: int
    act: Act | None = None
    is_duplicate: bool = False

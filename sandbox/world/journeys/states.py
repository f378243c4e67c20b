"""Which lifecycle state each person is steered towards, and when they are first seen.

Belongs here: the shares of the states. Must not: plan the acts that lead there.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sandbox.world.journeys.plan import DEAL_STATES, MQL_STATES
from sandbox.world.streams import weighted
from sandbox.world.timing import WEEKS, business_moment
from sandbox.world.truth.people import Person

_SHARES = {
    "suspect": 0.18,
    "prospect": 0.30,
    "mql_waiting": 0.030,
    "mql_dormant": 0.150,
    "mql_contacted": 0.030,
    "sql": 0.045,
    "opportunity": 0.050,
    "won": 0.012,
    "lost": 0.075,
    "recycled": 0.035,
    "ng_sales_rejected": 0.030,
    "ng_personal_email": 0.025,
}
_DAYS = WEEKS * 7


def draw_state(rng: random.Random, person: Person, bought_at: datetime | None) -> str:
    """Draw the state of a person; students, rivals and customers' staff have theirs given.

    Args:
        rng: the person's stream.
        person: who it is about.
        bought_at: when the person's company became a customer, if it has by now.
    """
    company = person.jobs[-1].company
    if company.is_competitor:
        return "ng_competitor"
    if "student" in person.traits:
        return "ng_student"
    if company.is_customer:
        if company.staff[0] == person.key:
            return "customer"
        return "ng_existing_customer" if bought_at else "prospect"
    return weighted(rng, _SHARES)


def draw_first_seen(
    rng: random.Random,
    person: Person,
    state: str,
    bought_at: datetime | None,
    now: datetime,
) -> datetime:
    """Draw the moment a person first shows up, leaving room for what is to come."""
    start = now - timedelta(days=_DAYS)
    first, last = 0.0, float(_DAYS - 1)
    if state == "customer":
        last = 7.0
    elif state == "ng_existing_customer" and bought_at:
        # colleagues who show up after the purchase
        first = (bought_at - start).days + 2.0
    elif state in DEAL_STATES:
        last = _DAYS - (30.0 if state == "opportunity" else 75.0)
    elif state in MQL_STATES:
        # a few became MQL only just now: their clocks still run
        last = _DAYS - (2.0 if rng.random() < 0.2 else 35.0)
    if person.seen_from:
        first = max(first, (person.seen_from - start).days + 1.0)
    turn = person.seen_until or person.renamed_at or person.jobs[-1].started_at
    if turn:
        last = min(last, (turn - start).days - 20.0)
    day = first + max(last - first, 1.0) * rng.random() ** 0.85
    at = business_moment(rng, start + timedelta(days=day))
    return min(at, now - timedelta(hours=1))

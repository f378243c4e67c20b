"""Plans every person's half year and which records they leave where.

Belongs here: putting state, acts, sales and buying groups together.
Must not: write vendor records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.world.journeys.acts import ActPlanner, became_mql
from sandbox.world.journeys.plan import MQL_STATES, Appearance, Journey
from sandbox.world.journeys.sales import FollowUp
from sandbox.world.journeys.states import draw_first_seen, draw_state
from sandbox.world.streams import Streams, chance
from sandbox.world.truth.campaigns import Campaign
from sandbox.world.truth.people import Person
from sandbox.world.truth.population import Population
from sandbox.world.truth.sales_team import INSIDE_SALES, MARKETERS

_RIVAL_PRODUCTS = ("つばめ商談クラウド", "ミカヅキCRM", "ハヤブサマーケ")
_THEMES = (
    "名寄せ",
    "MA導入",
    "営業とマーケの連携",
    "データ基盤",
    "展示会フォロー",
    "レポート自動化",
)


@dataclass(frozen=True)
class Plans:
    """Everything decided before any vendor record is written."""

    population: Population
    journeys: dict[str, Journey]
    appearances: dict[str, list[Appearance]]
    calendar: list[Campaign]
    streams: Streams
    with_acts: bool = True


def plan_journeys(
    population: Population, calendar: list[Campaign], streams: Streams, now: datetime
) -> dict[str, Journey]:
    """Return the journey of every person, buying groups joined."""
    journeys: dict[str, Journey] = {}
    for person in population.people.values():
        # the first of a company is planned before the colleagues, whose fate hangs on it
        first = journeys.get(person.jobs[-1].company.staff[0])
        journeys[person.key] = _plan_one(person, _bought_at(first), calendar, streams, now)
    for journey in journeys.values():
        _join_colleagues(journey, journeys, streams)
    return journeys


def _bought_at(journey: Journey | None) -> datetime | None:
    """Return when a person's deal was won, if it was."""
    deal = journey.deal if journey else None
    return deal.stages[-1][1] if deal and deal.is_won else None


def _plan_one(
    person: Person,
    bought_at: datetime | None,
    calendar: list[Campaign],
    streams: Streams,
    now: datetime,
) -> Journey:
    rng = streams.of("journey", person.key)
    state = draw_state(rng, person, bought_at)
    _draw_attributes(person, state, streams)
    seen_at = draw_first_seen(rng, person, state, bought_at, now)
    journey = Journey(person, state, seen_at, rng.choice(MARKETERS[1:]).key)
    planner = ActPlanner(streams.of("acts", person.key), calendar, now, chance(rng, 0.3))
    journey.acts = planner.plan(person, state, seen_at)
    if state == "customer":
        journey.state = state = "won"
    if state in MQL_STATES:
        journey.mql_at = became_mql(person, journey.acts)
        FollowUp(streams.of("sales", person.key), calendar, now).plan(journey)
    elif state not in MQL_STATES | {"suspect"} and chance(rng, 0.07):
        # sales' own prospecting list: theirs from the start, also those who are no lead at all
        journey.sales_user = rng.choice(INSIDE_SALES).key
        journey.owned_by_sales_from_start = True
    journey.opted_out = chance(rng, 0.03)
    if journey.steps and chance(rng, 0.6):
        journey.theme = rng.choice(_THEMES)
    return journey


def _draw_attributes(person: Person, state: str, streams: Streams) -> None:
    """Let sales know of some qualified people that they decide or use a rival's product."""
    rng = streams.of("attributes", person.key)
    person.uses_private_email = state == "ng_personal_email"
    if state in MQL_STATES and state not in {"mql_waiting", "mql_dormant"}:
        person.is_decision_maker = chance(rng, 0.7 if person.jobs[-1].title_rank >= 4 else 0.12)
        if chance(rng, 0.12):
            person.competitor_in_use = rng.choice(_RIVAL_PRODUCTS)


def _join_colleagues(journey: Journey, journeys: dict[str, Journey], streams: Streams) -> None:
    """Let up to two known colleagues sit in on a deal, when it keeps contact roles."""
    deal = journey.deal
    if deal is None or deal.roles == "none":
        return
    rng = streams.of("buying-group", journey.person.key)
    company = journey.person.jobs[-1].company
    for key in company.staff:
        other = journeys[key]
        fits = (
            key != journey.person.key
            and other.deal is None
            and other.joined_deal_of is None
            and other.state in {"suspect", "prospect", "mql_dormant", "mql_waiting"}
            and other.person.jobs[-1].company is company
            and other.person.seen_until is None
            and other.seen_at < deal.created_at - timedelta(days=1)
        )
        if fits and len(deal.colleagues) < 2 and chance(rng, 0.5):
            deal.colleagues.append(key)
            other.joined_deal_of = journey.person.key

"""Builds the world: truth first, then what people do, then what each vendor holds of it.

Belongs here: the order of building. Must not: hold details of any part.
"""

from __future__ import annotations

from datetime import datetime

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.appearances import plan_appearances
from sandbox.world.journeys.plan import Appearance, Journey
from sandbox.world.journeys.planning import Plans, plan_journeys
from sandbox.world.schema import hubspot_properties, salesforce_fields
from sandbox.world.streams import Streams
from sandbox.world.systems.card_files import CardDrawer
from sandbox.world.systems.corporate_register import register_file
from sandbox.world.systems.hubspot.filling import fill_portal
from sandbox.world.systems.junk import scatter_junk
from sandbox.world.systems.marketo.filling import fill_instance
from sandbox.world.systems.salesforce.filling import fill_org
from sandbox.world.systems.sansan import SansanAccount
from sandbox.world.systems.spend_files import spend_files
from sandbox.world.systems.typeform import TypeformAccount
from sandbox.world.systems.web_forms import FormService
from sandbox.world.truth.campaigns import campaign_calendar
from sandbox.world.truth.population import populate
from sandbox.world.world import World


def build_world(
    people: int = 3000, seed: int = 1, *, now: datetime, with_acts: bool = True
) -> World:
    """Build the same world for the same arguments, always.

    Args:
        people: how many persons there really are, with about 2.7 person-like records each;
            at least some 50 come, because every hard case is planted at least once.
        seed: which world.
        now: the moment the world has reached; it began 26 weeks earlier.
        with_acts: False leaves out visits, mails, memberships and activities, for worlds of
            up to a million records that only identity is measured on.
    """
    streams = Streams(seed)
    key = AnswerKey()
    calendar = campaign_calendar(now)
    population = populate(people, streams, now)
    journeys = plan_journeys(population, calendar, streams, now)
    appearances = {k: plan_appearances(j, streams, now) for k, j in journeys.items()}
    plans = Plans(population, journeys, appearances, calendar, streams, with_acts)
    org = fill_org(plans, key, now)
    portal = fill_portal(plans, key, now)
    marketo = fill_instance(plans, key, now)
    typeform = TypeformAccount(streams, key, now)
    sansan = SansanAccount(streams, key, now)
    drawer = CardDrawer(streams, key)
    for appearance in _in_order(appearances):
        if appearance.system == "typeform":
            typeform.respond(appearance)
        elif appearance.system == "sansan":
            sansan.scan(appearance)
        elif appearance.system == "card_file":
            drawer.file(appearance)
    scatter_junk(people, streams, org, portal, typeform, drawer, key)
    forms = FormService(streams, key, now)
    forms.collect(journeys, calendar)
    return World(
        people=people,
        seed=seed,
        now=now,
        salesforce=org.records,
        salesforce_fields=salesforce_fields(),
        hubspot=portal.records,
        hubspot_properties=hubspot_properties(),
        typeform={"forms": typeform.forms, "responses": typeform.responses},
        sansan={
            "biz_cards": sansan.biz_cards,
            "users": sansan.users,
            "tags": sansan.tags,
        },
        marketo=marketo.records,
        files={**drawer.files(), **forms.files(), **spend_files(calendar, streams, now)},
        answer_key=key.rows,
        intended_states={k: _state(j, journeys) for k, j in journeys.items()},
        register=register_file(population.companies.values()),
    )


def _in_order(appearances: dict[str, list[Appearance]]) -> list[Appearance]:
    everything = [a for records in appearances.values() for a in records]
    return sorted(everything, key=lambda a: (a.at, a.person.key, a.number))


def _state(journey: Journey, journeys: dict[str, Journey]) -> str:
    """Return the steered-for state; colleagues in a deal share the deal's."""
    leader = journeys[journey.joined_deal_of] if journey.joined_deal_of else journey
    deal = leader.deal
    if deal is None:
        return journey.state
    if deal.is_closed:
        return "won" if deal.is_won else "lost"
    return "opportunity"

"""Fills the whole org from the journeys.

Belongs here: the order in which the org comes to be. Must not: hold details of any object.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.plan import Appearance, Journey
from sandbox.world.streams import Streams
from sandbox.world.systems.salesforce.accounts import AccountBook
from sandbox.world.systems.salesforce.activities import ActivityDesk
from sandbox.world.systems.salesforce.campaigns import CampaignDesk
from sandbox.world.systems.salesforce.follow_up import FollowUpDesk, SalesforcePerson
from sandbox.world.systems.salesforce.merges import delete_some
from sandbox.world.systems.salesforce.opportunities import DealDesk
from sandbox.world.systems.salesforce.org import Org, Record
from sandbox.world.systems.salesforce.people import PeopleDesk
from sandbox.world.timing import WEEKS
from sandbox.world.truth.campaigns import Campaign
from sandbox.world.truth.population import Population


def fill_org(
    population: Population,
    journeys: dict[str, Journey],
    appearances: dict[str, list[Appearance]],
    calendar: list[Campaign],
    streams: Streams,
    key: AnswerKey,
    now: datetime,
) -> Org:
    """Return the org with everything that happened in it."""
    org = Org(now)
    org.hire_team(now - timedelta(weeks=WEEKS + 60))
    campaigns = CampaignDesk(org, streams, calendar)
    campaigns.announce()
    accounts = AccountBook(org, streams, key)
    desk = FollowUpDesk(org, streams, PeopleDesk(org, streams, accounts, key))
    in_order = sorted(journeys.values(), key=lambda j: (j.seen_at, j.person.key))
    people: dict[str, SalesforcePerson] = {}
    for journey in in_order:
        people[journey.person.key] = desk.work(journey, appearances[journey.person.key])
    _write_doings(org, in_order, people, streams, campaigns)
    accounts.link_groups(population.companies)
    delete_some(org, people, streams, key)
    return org


def _write_doings(
    org: Org,
    journeys: list[Journey],
    people: dict[str, SalesforcePerson],
    streams: Streams,
    campaigns: CampaignDesk,
) -> None:
    deals = DealDesk(org, streams, campaigns.ids)
    activities = ActivityDesk(org, streams)
    for journey in journeys:
        person = people[journey.person.key]
        campaigns.enrol(journey, person)
        activities.write(journey, person)
        deals.open(journey, person, people)


def newest_first(records: list[Record]) -> list[Record]:
    """Return records by creation, newest first."""
    return sorted(records, key=lambda r: (r["CreatedDate"], r["Id"]), reverse=True)

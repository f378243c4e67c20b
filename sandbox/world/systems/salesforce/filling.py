"""Fills the whole org from the journeys.

Belongs here: the order in which the org comes to be. Must not: hold details of any object.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.planning import Plans
from sandbox.world.systems.salesforce.accounts import AccountBook
from sandbox.world.systems.salesforce.activities import ActivityDesk
from sandbox.world.systems.salesforce.campaigns import CampaignDesk
from sandbox.world.systems.salesforce.follow_up import FollowUpDesk, SalesforcePerson
from sandbox.world.systems.salesforce.merges import delete_some
from sandbox.world.systems.salesforce.opportunities import DealDesk
from sandbox.world.systems.salesforce.org import Org
from sandbox.world.systems.salesforce.people import PeopleDesk
from sandbox.world.timing import WEEKS


def fill_org(plans: Plans, key: AnswerKey, now: datetime) -> Org:
    """Return the org with everything that happened in it."""
    org = Org(now)
    org.hire_team(now - timedelta(weeks=WEEKS + 60))
    campaigns = CampaignDesk(org, plans.streams, plans.calendar)
    campaigns.announce()
    accounts = AccountBook(org, plans.streams, key)
    desk = FollowUpDesk(org, plans.streams, PeopleDesk(org, plans.streams, accounts, key))
    in_order = sorted(plans.journeys.values(), key=lambda j: (j.seen_at, j.person.key))
    people: dict[str, SalesforcePerson] = {}
    for journey in in_order:
        people[journey.person.key] = desk.work(journey, plans.appearances[journey.person.key])
    deals = DealDesk(org, plans.streams, campaigns.ids)
    activities = ActivityDesk(org, plans.streams)
    for journey in in_order:
        person = people[journey.person.key]
        if plans.with_acts:
            campaigns.enrol(journey, person)
            activities.write(journey, person)
        deals.open(journey, person, people)
    accounts.link_groups(plans.population.companies)
    delete_some(org, people, plans.streams, key)
    return org

"""Fills the whole portal from the journeys.

Belongs here: the order in which the portal comes to be. Must not: hold details of any record.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.planning import Plans
from sandbox.world.streams import chance
from sandbox.world.systems.hubspot.acts import ActDesk
from sandbox.world.systems.hubspot.companies import CompanyDesk
from sandbox.world.systems.hubspot.contacts import ContactDesk
from sandbox.world.systems.hubspot.deals import DealDesk
from sandbox.world.systems.hubspot.portal import Portal, Record

_ARCHIVED_SHARE = 0.012


def fill_portal(plans: Plans, key: AnswerKey, now: datetime) -> Portal:
    """Return the portal with everything that happened in it."""
    portal = Portal(now, plans.streams)
    portal.open(plans.calendar)
    contacts = ContactDesk(portal, CompanyDesk(portal, key), key)
    acts = ActDesk(portal, plans.calendar, with_noise=plans.with_acts)
    mains: dict[str, Record] = {}
    mine = [a for records in plans.appearances.values() for a in records if a.system == "hubspot"]
    for appearance in sorted(mine, key=lambda a: (a.at, a.person.key, a.number)):
        journey = plans.journeys[appearance.person.key]
        is_main = not appearance.is_duplicate
        needs_mail = is_main and any(a.via in {"hubspot_form", "page"} for a in journey.acts)
        contact, written = contacts.enter(appearance, journey, needs_mail)
        acts.write(journey, contact, written, is_main=is_main)
        if is_main:
            mains.setdefault(appearance.person.key, contact)
        rng = plans.streams.of("archive", contact["id"])
        if appearance.is_duplicate and chance(rng, _ARCHIVED_SHARE * 5):
            contacts.archive(contact, now - timedelta(days=rng.randint(1, 60)))
    for stray in acts.strays:
        # an address that no contact has: the submission stands for its person by itself
        if not contacts.knows(stray.written.email):
            ref = ("hubspot", "form_submission", stray.conversion_id)
            key.note_person(ref, stray.person, stray.written)
    if plans.with_acts:
        _open_deals(portal, plans, mains)
    _sort(portal)
    return portal


def _open_deals(portal: Portal, plans: Plans, contacts: dict[str, Record]) -> None:
    """Write the deals of all who are in the portal, in the order in which they began."""
    desk = DealDesk(portal)
    deals = [
        (journey.deal.created_at, key, journey, journey.deal)
        for key, journey in plans.journeys.items()
        if journey.deal is not None and key in contacts
    ]
    for _, _, journey, deal in sorted(deals, key=lambda one: one[:2]):
        desk.open(journey, deal, contacts)
    desk.link_companies()


def _sort(portal: Portal) -> None:
    """Put lists into the order in which the vendor would have written them."""
    portal.records["form_submissions"].sort(key=lambda r: (r["submittedAt"], r["conversionId"]))
    portal.records["events"].sort(key=lambda r: (r["occurredAt"], r["id"]))
    portal.records["email_events"].sort(key=lambda r: (r["created"], r["id"]))

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
from sandbox.world.systems.hubspot.portal import Portal

_ARCHIVED_SHARE = 0.012


def fill_portal(plans: Plans, key: AnswerKey, now: datetime) -> Portal:
    """Return the portal with everything that happened in it."""
    portal = Portal(now, plans.streams)
    portal.open(plans.calendar)
    contacts = ContactDesk(portal, CompanyDesk(portal, key), key)
    acts = ActDesk(portal, plans.calendar, with_noise=plans.with_acts)
    mine = [a for records in plans.appearances.values() for a in records if a.system == "hubspot"]
    for appearance in sorted(mine, key=lambda a: (a.at, a.person.key, a.number)):
        journey = plans.journeys[appearance.person.key]
        is_main = not appearance.is_duplicate
        needs_mail = is_main and any(a.via in {"hubspot_form", "page"} for a in journey.acts)
        contact, written = contacts.enter(appearance, journey, needs_mail)
        acts.write(journey, contact, written, is_main=is_main)
        rng = plans.streams.of("archive", contact["id"])
        if appearance.is_duplicate and chance(rng, _ARCHIVED_SHARE * 5):
            contacts.archive(contact, now - timedelta(days=rng.randint(1, 60)))
    for stray in acts.strays:
        # an address that no contact has: the submission stands for its person by itself
        if not contacts.knows(stray.written.email):
            ref = ("hubspot", "form_submission", stray.conversion_id)
            key.note_person(ref, stray.person, stray.written)
    _sort(portal)
    return portal


def _sort(portal: Portal) -> None:
    """Put lists into the order in which the vendor would have written them."""
    portal.records["form_submissions"].sort(key=lambda r: (r["submittedAt"], r["conversionId"]))
    portal.records["events"].sort(key=lambda r: (r["occurredAt"], r["id"]))
    portal.records["email_events"].sort(key=lambda r: (r["created"], r["id"]))

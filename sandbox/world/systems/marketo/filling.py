"""Fills the whole Marketo instance from the journeys.

Some of the people that other systems know are leads here too. Belongs here: who, when, and the
order in which the instance comes to be. Must not: hold details of any record.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.plan import Appearance, Journey
from sandbox.world.journeys.planning import Plans
from sandbox.world.streams import chance
from sandbox.world.systems.marketo.acts import MarketoActs
from sandbox.world.systems.marketo.instance import OPENED, Instance
from sandbox.world.systems.marketo.leads import LeadDesk
from sandbox.world.timing import in_office, later

# drawn from streams of their own: with or without Marketo all other records stay as they are
_SHARE = 0.12
_AGAIN_SHARE = 0.04
_MERGED_SHARE = 0.03
_JUNK_SHARE = 0.001
_DELETED_SHARE = 0.002
# numbers of the appearances here, beyond those of the other systems
_FIRST_NUMBER = 50
_MOST_RECORDS = 10


def fill_instance(plans: Plans, key: AnswerKey, now: datetime) -> Instance:
    """Return the instance with everything that happened in it."""
    instance = Instance(now, plans.streams)
    instance.open(plans.calendar)
    leads, acts = LeadDesk(instance, key), MarketoActs(instance, plans.calendar)
    for appearance in sorted(_appearances(plans, now), key=lambda a: (a.at, a.person.key)):
        journey = plans.journeys[appearance.person.key]
        lead = leads.enter(appearance, journey)
        rng = plans.streams.of("marketo-fate", appearance.person.key, appearance.number)
        if plans.with_acts and not appearance.is_duplicate:
            acts.write(journey, lead)
        merged_at = later(rng, appearance.at, 24, 24 * 60)
        if chance(rng, _MERGED_SHARE * 2) and merged_at < now:
            loser = leads.merge_in(rng, lead, merged_at)
            mail = (next(iter(instance.mail_ids.values())), "旧メール.本文")
            instance.act(rng, loser, OPENED, appearance.at + timedelta(hours=1), mail)
    people = len(plans.journeys)
    for number in range(max(1, round(people * _JUNK_SHARE))):
        rng = plans.streams.of("marketo-junk", number)
        leads.enter_junk(rng, number, now - timedelta(days=rng.randint(5, 150)))
    for number in range(max(1, round(people * _DELETED_SHARE))):
        rng = plans.streams.of("marketo-deleted", number)
        leads.delete_one(rng, now - timedelta(days=rng.randint(1, 12)))
    instance.records["activities"].sort(key=lambda a: (a["activityDate"], a["marketoGUID"]))
    return instance


def _appearances(plans: Plans, now: datetime) -> list[Appearance]:
    found = []
    for key, journey in plans.journeys.items():
        rng = plans.streams.of("marketo", key)
        if not chance(rng, _SHARE) or len(plans.appearances[key]) > _MOST_RECORDS:
            continue
        for number in range(2 if chance(rng, _AGAIN_SHARE) else 1):
            at = _moment(plans, journey, number, now)
            place = _FIRST_NUMBER + number
            found.append(Appearance(journey.person, "marketo", at, place, None, number > 0))
    return found


def _moment(plans: Plans, journey: Journey, number: int, now: datetime) -> datetime:
    """Return a moment between the first and the last time that a person is seen as who they are."""
    rng = plans.streams.of("marketo-moment", journey.person.key, number)
    start, end = journey.seen_at, journey.person.seen_until or now - timedelta(hours=2)
    hours = max((end - start).total_seconds() / 3600, 2.0)
    at = in_office(rng, start, 0.1 + 24 * number, min(hours, 24 * 60.0))
    return max(min(at, end), start).replace(microsecond=0)

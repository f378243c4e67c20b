"""Which source records each person leaves, and when: 1 to 13 of them.

Belongs here: the records that acts, sales and habit call for, and duplicates on top.
Must not: write the records.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sandbox.world.journeys.plan import MQL_STATES, Act, Appearance, Journey
from sandbox.world.streams import Streams, chance, weighted
from sandbox.world.timing import in_office, later
from sandbox.world.truth.campaigns import forms

_RECORDS = {
    1: 45.0, 2: 25.0, 3: 12.0, 4: 7.0, 5: 4.0, 6: 2.6, 7: 1.6, 8: 1.0, 9: 0.6, 10: 0.4,
    11: 0.3, 12: 0.25, 13: 0.25,
}  # fmt: skip
_MOST = 13
_EXTRAS = {
    "hubspot": 26.0,
    "sansan": 24.0,
    "card_file": 16.0,
    "typeform": 14.0,
    "salesforce_lead": 16.0,
    "salesforce_contact": 4.0,
}
_SUSPECT_EXTRAS = {"hubspot": 5.0, "salesforce_lead": 4.0, "salesforce_contact": 1.0}
_AT_MOST = {"hubspot": 2, "salesforce_lead": 3, "salesforce_contact": 2}


@dataclass
class _Draft:
    """The records of one person while they are being collected."""

    journey: Journey
    now: datetime
    records: list[Appearance] = field(default_factory=list)

    def add(self, system: str, at: datetime, act: Act | None = None) -> None:
        number = len(self.records)
        at = min(at, self.now - timedelta(minutes=90))
        act = replace(act, at=at) if act else None
        again = self.count(system) > 0
        self.records.append(Appearance(self.journey.person, system, at, number, act, again))

    def count(self, system: str) -> int:
        return sum(1 for record in self.records if record.system == system)


def plan_appearances(journey: Journey, streams: Streams, now: datetime) -> list[Appearance]:
    """Return the source records of one person."""
    rng = streams.of("appearances", journey.person.key)
    draft = _Draft(journey, now)
    _from_acts(draft, rng)
    _from_sales(draft, rng)
    wanted = weighted(rng, _RECORDS)
    if journey.state == "suspect":
        wanted = min(wanted, 3)
    if len(journey.person.jobs) > 1 or journey.person.renamed_at:
        wanted = max(wanted, 3)
    for _ in range(60):
        if len(draft.records) >= wanted:
            break
        _extra(draft, rng)
    return draft.records[:_MOST]


def _from_acts(draft: _Draft, rng: random.Random) -> None:
    """Add the records that acts create by themselves or cannot do without."""
    acts = draft.journey.acts
    hubspot = [a for a in acts if a.via in {"hubspot_form", "page", "mail"}]
    if hubspot:
        draft.add("hubspot", hubspot[0].at)
    campaign = [a for a in acts if a.via == "campaign"]
    if campaign:
        created = max(later(rng, campaign[0].at, -24 * 4, 20), draft.journey.seen_at)
        # whoever became an MQL was in the org by then
        created = min(created, draft.journey.mql_at or created)
        draft.add(_salesforce_kind(draft.journey, rng), created)
    for act in acts:
        if act.via in {"typeform", "sansan", "card_file"}:
            draft.add(act.via, act.at, act)


def _from_sales(draft: _Draft, rng: random.Random) -> None:
    """Add the Lead or Contact that sales needs to work with somebody."""
    journey = draft.journey
    if journey.joined_deal_of and draft.count("salesforce_contact") == 0:
        draft.add("salesforce_contact", later(rng, journey.seen_at, 0.1, 20))
    has_salesforce = draft.count("salesforce_lead") + draft.count("salesforce_contact")
    needed = journey.state in MQL_STATES or journey.owned_by_sales_from_start
    if needed and not has_salesforce:
        latest = journey.mql_at or journey.seen_at
        at = journey.seen_at + (latest - journey.seen_at) * rng.random()
        draft.add("salesforce_lead", at.replace(microsecond=0))
    if journey.converted_at and draft.count("salesforce_contact") == 0:
        draft.add("salesforce_contact", journey.converted_at)


def _salesforce_kind(journey: Journey, rng: random.Random) -> str:
    if journey.state == "ng_existing_customer":
        return "salesforce_contact" if chance(rng, 0.6) else "salesforce_lead"
    if journey.state in MQL_STATES or journey.state == "ng_personal_email":
        return "salesforce_lead"
    return "salesforce_contact" if chance(rng, 0.12) else "salesforce_lead"


def _extra(draft: _Draft, rng: random.Random) -> None:
    """Add one more record, if the kind drawn is possible for this person."""
    journey = draft.journey
    system = weighted(rng, _SUSPECT_EXTRAS if journey.state == "suspect" else _EXTRAS)
    if draft.count(system) >= _AT_MOST.get(system, _MOST):
        return
    if system not in {"hubspot", "typeform"} and journey.state == "ng_personal_email":
        return
    if system == "salesforce_contact" and journey.state in MQL_STATES:
        return
    at = journey.seen_at if not draft.records else _extra_moment(draft, rng)
    draft.add(system, at, _extra_act(system, at, rng))


def _extra_moment(draft: _Draft, rng: random.Random) -> datetime:
    """Return a moment after the person was first seen; often after a change, if there is one."""
    person = draft.journey.person
    start = draft.journey.seen_at
    end = person.seen_until or draft.now
    change = person.renamed_at or person.jobs[-1].started_at
    if change and chance(rng, 0.65):
        start = max(start, change + timedelta(days=2))
    span = max((end - start).total_seconds() / 3600, 2.0)
    at = in_office(rng, start, 0.5, min(span, 24 * 120))
    return min(at, end)


def _extra_act(system: str, at: datetime, rng: random.Random) -> Act | None:
    """Return the act that an extra record stands for; none that would add to a score."""
    if system in {"sansan", "card_file"}:
        return Act("card_exchanged", at, system)
    if system == "typeform":
        form = rng.choice([f for f in forms() if f.key in {"tf_webinar", "tf_seminar"}])
        return Act("webinar_registered", at, "typeform", form)
    return None

"""The acts of marketing interest: which ones lead to a state, and when they happen.

Belongs here: choosing and dating acts. Must not: plan what sales does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sandbox.world.journeys.plan import MQL_STATES, Act
from sandbox.world.streams import chance, weighted
from sandbox.world.timing import TOKYO, in_office, later
from sandbox.world.truth.campaigns import Campaign, forms, other_pages, product_pages
from sandbox.world.truth.people import Person

# what an act is worth in the default agreement; the world steers by it, nothing else does
POINTS = {
    "inquiry": 20,
    "document_download": 10,
    "webinar_attended": 15,
    "visits": 5,
    "product_views": 5,
}
# acts that are sometimes noted in Salesforce only: kind → (share, campaign types)
_BY_CAMPAIGN: dict[str, tuple[float, set[str]]] = {
    "document_download": (0.15, {"Content"}),
    "webinar_registered": (0.12, {"Webinar"}),
    "inquiry": (0.08, {"Referral Program", "Telemarketing"}),
}
_EVENT_TYPES = {"Trade Show", "Conference", "Seminar"}
_THRESHOLD = 30
_FIRST_ACTS = {
    "document_download": 30.0,
    "inquiry": 12.0,
    "webinar_registered": 14.0,
    "webinar_attended": 12.0,
    "event_attended": 12.0,
    "card_exchanged": 20.0,
}


@dataclass(frozen=True)
class ActPlanner:
    """Plans the acts of one person from a random stream of their own."""

    rng: random.Random
    calendar: list[Campaign]
    now: datetime
    prefers_typeform: bool

    def plan(self, person: Person, state: str, seen_at: datetime) -> list[Act]:
        """Return the acts that bring a person to a state, in order of time."""
        if state == "suspect":
            return []
        points = attribute_points(person)
        kinds = self._kinds(points, state)
        acts: list[Act] = []
        at = seen_at
        for kind in kinds:
            acts.extend(self._acts(kind, at))
            at = later(self.rng, max(a.at for a in acts) if acts else at, 2, 24 * 9)
        return sorted((a for a in acts if a.at < self.now), key=lambda a: a.at)

    def _kinds(self, points: int, state: str) -> list[str]:
        """Choose kinds of acts: up to the threshold for an MQL, safely below it otherwise."""
        if state in MQL_STATES or state == "customer":
            return self._qualifying_kinds(points)
        allowed = {k: w for k, w in _FIRST_ACTS.items() if points + POINTS.get(k, 0) < _THRESHOLD}
        if state == "ng_personal_email" or state == "ng_student":
            allowed = {"document_download": 3.0, "webinar_registered": 1.0, "inquiry": 1.0}
        first = weighted(self.rng, allowed or {"card_exchanged": 1.0})
        kinds = [first]
        if chance(self.rng, 0.35):
            kinds.append(weighted(self.rng, {"webinar_registered": 2.0, "card_exchanged": 1.0}))
        return kinds

    def _qualifying_kinds(self, points: int) -> list[str]:
        kinds = [weighted(self.rng, _FIRST_ACTS)]
        points += POINTS.get(kinds[0], 0)
        more = ["document_download", "webinar_attended", "inquiry", "visits", "product_views"]
        self.rng.shuffle(more)
        for kind in more:
            if points >= _THRESHOLD:
                break
            if kind not in kinds:
                kinds.append(kind)
                points += POINTS[kind]
        return kinds

    def _acts(self, kind: str, after: datetime) -> list[Act]:
        if kind == "visits":
            return self._visits(after)
        if kind == "product_views":
            return self._product_views(after)
        if kind == "card_exchanged":
            at = in_office(self.rng, after, 1, 72)
            return [Act(kind, at, "sansan" if chance(self.rng, 0.62) else "card_file")]
        if kind == "event_attended":
            act = self._campaign_act(kind, _EVENT_TYPES, after)
            return [act] if act else self._acts("card_exchanged", after)
        if kind == "webinar_attended":
            return self._webinar(after)
        return [self._form_act(kind, after)]

    def _webinar(self, after: datetime) -> list[Act]:
        """Attend the next webinar, mostly having applied for it before."""
        act = self._campaign_act("webinar_attended", {"Webinar"}, after)
        if act is None:
            # no webinar left in the window: two other acts are worth as much
            return [self._form_act(k, after) for k in ("inquiry", "document_download")]
        if act.at - after > timedelta(days=2) and chance(self.rng, 0.6):
            return [self._form_act("webinar_registered", after, act.campaign), act]
        return [act]

    def _form_act(self, kind: str, after: datetime, about: Campaign | None = None) -> Act:
        system = (
            "typeform" if chance(self.rng, 0.8 if self.prefers_typeform else 0.06) else "hubspot"
        )
        share, types = _BY_CAMPAIGN.get(kind, (0.0, set()))
        if about is None and chance(self.rng, share):
            act = self._campaign_act(kind, types, after)
            if act:
                return act
        form = self.rng.choice([f for f in forms() if f.act == kind and f.system == system])
        at = (
            in_office(self.rng, after, 0, 60)
            if chance(self.rng, 0.8)
            else later(self.rng, after, 1, 60)
        )
        campaign = about or (self._advertisement(at) if chance(self.rng, 0.55) else None)
        return Act(kind, at, "typeform" if system == "typeform" else "hubspot_form", form, campaign)

    def _campaign_act(self, kind: str, types: set[str], after: datetime) -> Act | None:
        """Respond to a running or coming campaign of these types; dates are whole days."""
        fitting = [c for c in self.calendar if c.type in types and c.in_salesforce]
        for campaign in sorted(fitting, key=lambda c: c.starts_on):
            first = midnight(campaign, 0)
            last = midnight(campaign, (campaign.ends_on - campaign.starts_on).days)
            if last >= after and first < self.now and first - after < timedelta(days=45):
                day = max(first, _midnight_of(later(self.rng, after, 0, 96)))
                return Act(kind, min(day, last), "campaign", campaign=campaign)
        return None

    def _advertisement(self, at: datetime) -> Campaign | None:
        types = {"Advertisement", "Banner Ads", "Content", "Email"}
        day = at.astimezone(TOKYO).date()
        running = [
            c
            for c in self.calendar
            if c.type in types and c.starts_on <= day <= c.ends_on + timedelta(days=10)
        ]
        return self.rng.choice(running) if running else None

    def _visits(self, after: datetime) -> list[Act]:
        first = later(self.rng, after, 1, 40)
        second = later(self.rng, first, 20, 24 * 8)
        return [
            Act("site_visit", at, "page", path=self.rng.choice(other_pages()))
            for at in (first, second)
        ]

    def _product_views(self, after: datetime) -> list[Act]:
        paths = self.rng.sample(product_pages(), 3)
        at = later(self.rng, after, 1, 40)
        return [
            Act("product_page_view", at + timedelta(minutes=3 * n), "page", path=path)
            for n, path in enumerate(paths)
        ]


def attribute_points(person: Person) -> int:
    """Return what a person's attributes are worth before any act."""
    job = person.jobs[-1]
    points = 5 if job.company.employees >= 50 else 0
    points += 5 if job.company.industry in {"製造", "IT", "医療"} else 0
    points += 10 if job.title_rank >= 3 else 0
    points += 20 if person.is_decision_maker else 0
    return points + (15 if person.competitor_in_use else 0)


def became_mql(person: Person, acts: list[Act]) -> datetime | None:
    """Return when the points reach the threshold, each kind counted once."""
    points, counted, visits, views = attribute_points(person), set[str](), 0, 0
    for act in acts:
        kind = act.kind
        visits += kind == "site_visit"
        views += kind == "product_page_view"
        reached = {kind}
        reached |= {"visits"} if visits >= 2 else set()
        reached |= {"product_views"} if views >= 3 else set()
        points += sum(POINTS.get(key, 0) for key in reached - counted)
        counted |= reached
        is_prospect = bool(counted & set(_FIRST_ACTS))
        if points >= _THRESHOLD and is_prospect:
            return act.at
    return None


def midnight(campaign: Campaign, day: int) -> datetime:
    """Return 00:00 in Tokyo of the n-th day of a campaign."""
    on = campaign.starts_on + timedelta(days=day)
    return datetime.combine(on, time(), TOKYO).astimezone(UTC)


def _midnight_of(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(TOKYO).date(), time(), TOKYO).astimezone(UTC)

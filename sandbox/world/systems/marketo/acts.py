"""What Marketo leads do: mails, visits, forms, webinars.

Belongs here: activities and memberships. None of them lifts somebody over the threshold who was
not steered there: other systems tell that story. Must not: enter leads.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from urllib.parse import urlencode

from sandbox.world.journeys.acts import POINTS, attribute_points
from sandbox.world.journeys.plan import Journey
from sandbox.world.streams import chance
from sandbox.world.systems.marketo.instance import (
    CLICKED,
    DELIVERED,
    FIRST_FORM,
    FORM,
    OPENED,
    SENT,
    STATUS,
    UNSUBSCRIBED,
    VISIT,
    Instance,
    Record,
)
from sandbox.world.timing import TOKYO, iso_s, later
from sandbox.world.truth.campaigns import Campaign, forms, other_pages, product_pages

# so much room must be left below the threshold for an act that scores
_SAFE = 9
_STATUSES = {"Attended": 5.0, "No Show": 3.0, "Registered": 2.0}


class MarketoActs:
    """Writes the acts of one lead after the other."""

    def __init__(self, instance: Instance, calendar: list[Campaign]) -> None:
        self._instance = instance
        self._mails = [one for one in calendar if one.type == "Email"]
        self._webinars = [one for one in calendar if one.type == "Webinar"]

    def write(self, journey: Journey, lead: Record) -> None:
        """Write everything that a lead does."""
        rng = self._instance.streams.of("marketo-acts", journey.person.key, lead["id"])
        self._twice_told(rng, journey, lead)
        until = _quiet_from(journey) or self._instance.now
        if lead["email"]:
            self._newsletters(rng, journey, lead, until)
        if journey.state == "suspect" or not _has_room(journey):
            return
        self._visit(rng, lead, until)
        if chance(rng, 0.45):
            self._webinar(rng, journey, lead, until)

    def _twice_told(self, rng: Random, journey: Journey, lead: Record) -> None:
        """Tell some forms that HubSpot has too: one act, told by two systems minutes apart."""
        for act in journey.acts:
            if act.via == "hubspot_form" and act.form and chance(rng, 0.4):
                number = FIRST_FORM + [one.key for one in forms()].index(act.form.key)
                at = act.at + timedelta(seconds=rng.randint(5, 300))
                self._instance.act(
                    rng, lead["id"], FORM, at, (number, act.form.name),
                    Referrer_URL=act.form.page, Query_Parameters=_query(act.campaign),
                )  # fmt: skip

    def _visit(self, rng: Random, lead: Record, until: datetime) -> None:
        at = later(rng, _created(lead), 0.2, 24 * 40)
        if at >= until:
            return
        page = rng.choice(product_pages() if chance(rng, 0.3) else other_pages())
        campaign = rng.choice(self._mails) if chance(rng, 0.2) else None
        self._instance.act(
            rng, lead["id"], VISIT, at, (None, page),
            Webpage_URL=page, Query_Parameters=_query(campaign), Referrer_URL="",
        )  # fmt: skip

    def _newsletters(self, rng: Random, journey: Journey, lead: Record, until: datetime) -> None:
        for campaign in self._mails:
            sent = datetime.combine(campaign.starts_on, time(11, 5), TOKYO)
            if sent <= _created(lead):
                continue
            mail = (self._instance.mail_ids[campaign.key], f"{campaign.name}.本文")
            if chance(rng, 0.3):
                self._instance.act(rng, lead["id"], SENT, sent, mail)
                delivered = sent + timedelta(seconds=9)
                self._instance.act(rng, lead["id"], DELIVERED, delivered, mail)
            if chance(rng, 0.1):
                at = sent + timedelta(seconds=20)
                self._instance.act(rng, lead["id"], OPENED, at, mail, Is_Bot_Activity=True)
            if chance(rng, 0.4):
                opened = later(rng, sent, 0.1, 60)
                self._instance.act(rng, lead["id"], OPENED, opened, mail, Is_Bot_Activity=False)
                clicked = opened + timedelta(seconds=rng.randint(5, 200))
                if chance(rng, 0.2) and clicked < until:
                    link = f"/products/bridge?{_query(campaign)}"
                    self._instance.act(rng, lead["id"], CLICKED, clicked, mail, Link=link)
            if journey.opted_out and campaign is self._mails[-1]:
                at = sent + timedelta(hours=3)
                self._instance.act(rng, lead["id"], UNSUBSCRIBED, at, mail)

    def _webinar(self, rng: Random, journey: Journey, lead: Record, until: datetime) -> None:
        """Apply for the next webinar, and mostly come."""
        for campaign in self._webinars:
            start = datetime.combine(campaign.starts_on, time(14), TOKYO)
            applied = start - timedelta(days=rng.randint(1, 6), seconds=rng.randrange(20_000))
            earliest = max(_created(lead), journey.mql_at or journey.seen_at)
            if earliest < applied and start + timedelta(hours=2) < until:
                status = rng.choices(list(_STATUSES), list(_STATUSES.values()))[0]
                self._member(rng, lead, campaign, status, (applied, start))
                return

    def _member(
        self,
        rng: Random,
        lead: Record,
        campaign: Campaign,
        status: str,
        moments: tuple[datetime, datetime],
    ) -> None:
        applied, start = moments
        program = self._instance.program_ids[campaign.key]
        changes = [("Not in Program", "Registered", applied)]
        if status != "Registered":
            changes.append(("Registered", status, start + timedelta(minutes=rng.randint(1, 40))))
        # an import from the webinar tool leaves no activities behind
        if not chance(rng, 0.15):
            for old, new, at in changes:
                self._instance.act(
                    rng, lead["id"], STATUS, at, (program, campaign.name),
                    New_Status=new, Old_Status=old, Success=new == "Attended",
                )  # fmt: skip
        last = changes[-1][2]
        self._instance.records["members"].append(
            {
                "programId": program,
                "leadId": lead["id"],
                "statusName": status,
                "membershipDate": iso_s(applied),
                "reachedSuccess": status == "Attended",
                "reachedSuccessDate": iso_s(last) if status == "Attended" else None,
                "acquiredBy": chance(rng, 0.2),
                "updatedAt": iso_s(last),
            }
        )


def _has_room(journey: Journey) -> bool:
    """Tell whether a visit and a webinar leave the person where they are meant to be."""
    if journey.mql_at is not None:
        return True
    kinds = {act.kind for act in journey.acts}
    points = attribute_points(journey.person) + sum(POINTS.get(kind, 0) for kind in kinds)
    return points <= _SAFE and journey.state == "prospect"


def _quiet_from(journey: Journey) -> datetime | None:
    """Return when a recycled person falls silent."""
    if journey.state != "recycled":
        return None
    return max((at for _, at in journey.feedback + journey.statuses), default=None)


def _query(campaign: Campaign | None) -> str:
    if campaign is None:
        return ""
    medium = "email" if campaign.type == "Email" else "cpc"
    return urlencode({"utm_source": "marketo", "utm_medium": medium, "utm_campaign": campaign.utm})


def _created(lead: Record) -> datetime:
    return datetime.fromisoformat(lead["createdAt"])

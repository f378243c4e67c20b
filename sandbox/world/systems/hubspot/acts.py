"""What HubSpot contacts do: form submissions, page visits, mails opened and clicked.

Belongs here: the shapes of form-integrations v1, events v3 and email events v1.
Must not: plan the acts that decide a state; the noise around them is made here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.world.identifiers import guid
from sandbox.world.journeys.acts import POINTS, attribute_points
from sandbox.world.journeys.plan import Act, Journey
from sandbox.world.streams import chance, weighted
from sandbox.world.systems.hubspot.portal import APP_ID, PORTAL_ID, Portal, Record
from sandbox.world.timing import TOKYO, epoch_ms, iso_ms, later
from sandbox.world.truth.campaigns import Campaign, other_pages, product_pages
from sandbox.world.truth.people import Person
from sandbox.world.truth.sales_team import OWN_SITE
from sandbox.world.writing.handwriting import WrittenPerson

_SESSIONS = {0: 32.0, 1: 28.0, 2: 20.0, 3: 12.0, 5: 6.0, 8: 2.0}
_SUBMITTED = {
    "email": "email",
    "lastname": "lastname",
    "firstname": "firstname",
    "company": "company",
    "phone": "phone",
    "jobtitle": "jobtitle",
}
_ALMOST_MQL = 20
_STRAY_SHARE = 0.015


@dataclass(frozen=True)
class Stray:
    """A submission under an address that is not its contact's."""

    conversion_id: str
    person: Person
    written: WrittenPerson


class ActDesk:
    """Writes the acts of one contact after the other."""

    def __init__(self, portal: Portal, calendar: list[Campaign], *, with_noise: bool) -> None:
        self._portal = portal
        self._with_noise = with_noise
        self._mails = [c for c in calendar if c.type == "Email"]
        self.strays: list[Stray] = []

    def write(
        self, journey: Journey, contact: Record, written: WrittenPerson, *, is_main: bool
    ) -> None:
        """Write planned acts onto the main contact, and everyday noise around them."""
        rng = self._portal.streams.of("hubspot-acts", journey.person.key, contact["id"])
        if is_main:
            for act in journey.acts:
                if act.via == "hubspot_form":
                    self._submission(rng, journey, contact, written, act)
                elif act.via == "page":
                    self._visit(rng, contact, act.path, act.at, act.campaign)
        if is_main and self._with_noise:
            self._browse(rng, journey, contact)
        if contact["properties"]["email"] and self._with_noise:
            self._mail(rng, journey, contact)

    def _submission(
        self,
        rng: random.Random,
        journey: Journey,
        contact: Record,
        written: WrittenPerson,
        act: Act,
    ) -> None:
        assert act.form is not None
        conversion_id = guid(rng)
        properties = contact["properties"]
        if chance(rng, _STRAY_SHARE):
            # another address than the contact's, whose own contact was since deleted for good
            written = replace(written, email=journey.person.private_email)
            self.strays.append(Stray(conversion_id, journey.person, written))
            properties = {**properties, "email": written.email}
        values = [
            {"name": name, "value": properties[source], "objectTypeId": "0-1"}
            for name, source in _SUBMITTED.items()
            if properties[source]
        ]
        self._portal.records["form_submissions"].append(
            {
                "formId": self._portal.form_ids[act.form.key],
                "conversionId": conversion_id,
                "submittedAt": epoch_ms(act.at),
                "values": values,
                "pageUrl": page_url(act.form.page, act.campaign),
            }
        )
        if properties is contact["properties"]:
            self._count_conversion(contact, act, act.form.name)

    def _count_conversion(self, contact: Record, act: Act, form_name: str) -> None:
        """Keep the conversion properties that HubSpot derives from submissions."""
        properties = contact["properties"]
        count = int(properties["num_conversion_events"] or 0) + 1
        properties["num_conversion_events"] = str(count)
        properties["first_conversion_event_name"] = (
            properties["first_conversion_event_name"] or form_name
        )
        properties["recent_conversion_event_name"] = form_name
        properties["recent_conversion_date"] = iso_ms(act.at)
        _touch(contact, act.at)

    def _visit(
        self,
        rng: random.Random,
        contact: Record,
        path: str,
        at: datetime,
        campaign: Campaign | None = None,
    ) -> None:
        if at >= self._portal.now:
            return
        events = self._portal.records["events"]
        events.append(
            {
                "id": self._portal.event_id(at, len(events) + 1),
                "eventType": "e_visited_page",
                "objectType": "CONTACT",
                "objectId": contact["id"],
                "occurredAt": iso_ms(at),
                "properties": {
                    "hs_url": page_url(path, campaign),
                    "hs_title": path,
                    "hs_browser": rng.choice(("Chrome", "Safari", "Edge")),
                },
            }
        )

    def _browse(self, rng: random.Random, journey: Journey, contact: Record) -> None:
        """Write sessions of page visits that do not lift a prospect over the threshold."""
        limit = _quiet_after(journey, rng) or self._portal.now
        sessions = weighted(rng, _SESSIONS)
        careful = journey.state == "prospect" and _points(journey) >= _ALMOST_MQL
        at = _parsed(contact["createdAt"])
        for _ in range(min(sessions, 1) if careful else sessions):
            at = later(rng, at, 0.2, 24 * 25)
            pages = product_pages() if chance(rng, 0.35) else other_pages()
            for number in range(rng.randint(1, 2 if careful else 4)):
                moment = at + timedelta(minutes=number * rng.randint(1, 6))
                if moment < limit:
                    campaign = self._landing(moment) if number == 0 and chance(rng, 0.2) else None
                    self._visit(rng, contact, rng.choice(pages), moment, campaign)

    def _landing(self, at: datetime) -> Campaign | None:
        """Return the newsletter whose link may have led here."""
        day = at.astimezone(TOKYO).date()
        sent = [c for c in self._mails if c.starts_on <= day <= c.starts_on + timedelta(days=10)]
        return sent[0] if sent else None

    def _mail(self, rng: random.Random, journey: Journey, contact: Record) -> None:
        """Write what became of each newsletter sent after the contact came."""
        limit = _quiet_after(journey, rng)
        for campaign in self._mails:
            sent = datetime.combine(campaign.starts_on, time(11, 5), TOKYO)
            if sent <= _parsed(contact["createdAt"]) or sent >= self._portal.now:
                continue
            if chance(rng, 0.03):
                self._mail_event(rng, contact, campaign, "BOUNCE", sent)
                continue
            if chance(rng, 0.25):
                self._mail_event(rng, contact, campaign, "DELIVERED", sent)
            if chance(rng, 0.12):
                self._mail_event(rng, contact, campaign, "OPEN", sent, machine=True)
            if chance(rng, 0.42):
                opened = later(rng, sent, 0.1, 60)
                self._mail_event(rng, contact, campaign, "OPEN", opened)
                clicked = opened + timedelta(seconds=rng.randint(5, 200))
                if chance(rng, 0.22) and (limit is None or clicked < limit):
                    self._mail_event(rng, contact, campaign, "CLICK", clicked)

    def _mail_event(
        self,
        rng: random.Random,
        contact: Record,
        campaign: Campaign,
        kind: str,
        at: datetime,
        *,
        machine: bool = False,
    ) -> None:
        if at >= self._portal.now:
            return
        sent = datetime.combine(campaign.starts_on, time(11), TOKYO)
        event: dict[str, Any] = {
            "id": guid(rng),
            "created": epoch_ms(at),
            "type": kind,
            "recipient": contact["properties"]["email"],
            "emailCampaignId": self._portal.mail_ids[campaign.key],
            "appId": APP_ID,
            "appName": "Batch",
            "portalId": PORTAL_ID,
            "sentBy": {"id": guid(rng), "created": epoch_ms(sent)},
        }
        if kind == "OPEN":
            event["filteredEvent"] = machine
        if kind == "CLICK":
            event["filteredEvent"] = False
            event["url"] = page_url("/products/bridge", campaign)
        self._portal.records["email_events"].append(event)


def page_url(path: str, campaign: Campaign | None) -> str:
    """Return the URL of one of our pages, with the campaign's UTM parameters if any."""
    if campaign is None:
        return f"{OWN_SITE}{path}"
    medium = "email" if campaign.type == "Email" else "cpc"
    source = "newsletter" if medium == "email" else "google"
    # the agency that runs the banners writes its tags in capitals
    utm = campaign.utm.upper() if campaign.type == "Banner Ads" else campaign.utm
    query = {"utm_source": source, "utm_medium": medium, "utm_campaign": utm}
    return f"{OWN_SITE}{path}?{urlencode(query)}"


def _points(journey: Journey) -> int:
    kinds = {act.kind for act in journey.acts}
    return attribute_points(journey.person) + sum(POINTS.get(kind, 0) for kind in kinds)


def _quiet_after(journey: Journey, rng: random.Random) -> datetime | None:
    """Return when a recycled person falls silent; a few come back and qualify again."""
    if journey.state != "recycled" or chance(rng, 0.2):
        return None
    ends = [at for _, at in journey.feedback + journey.statuses]
    return max(ends) if ends else None


def _touch(contact: Record, at: datetime) -> None:
    moment = iso_ms(at + timedelta(seconds=3))
    if moment > contact["updatedAt"]:
        contact["updatedAt"] = contact["properties"]["lastmodifieddate"] = moment


def _parsed(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))

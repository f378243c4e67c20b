"""The portal while it is being filled: owners, forms, marketing campaigns, fixed ids.

Belongs here: what HubSpot has before any contact comes. Must not: write contacts or acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sandbox.world.identifiers import guid
from sandbox.world.streams import Streams
from sandbox.world.timing import TOKYO, WEEKS, epoch_ms, iso_ms
from sandbox.world.truth.campaigns import Campaign, forms
from sandbox.world.truth.sales_team import INTEGRATION_USER, TEAM

Record = dict[str, Any]

PORTAL_ID = 24_681_357
APP_ID = 113


def _lists() -> dict[str, list[Record]]:
    names = (
        "contacts", "companies", "owners", "forms", "form_submissions", "events", "email_events",
        "campaigns", "deals", "associations",
    )  # fmt: skip
    return {name: [] for name in names}


@dataclass
class Portal:
    """All records of the portal by kind."""

    now: datetime
    streams: Streams
    records: dict[str, list[Record]] = field(default_factory=_lists)
    form_ids: dict[str, str] = field(default_factory=dict)
    mail_ids: dict[str, int] = field(default_factory=dict)
    owner_ids: dict[str, str] = field(default_factory=dict)

    def open(self, calendar: list[Campaign]) -> None:
        """Write owners, forms and campaigns."""
        began = self.now - timedelta(weeks=WEEKS + 40)
        for number, member in enumerate(m for m in TEAM if m is not INTEGRATION_USER):
            owner_id = str(70_000_000 + number * 11)
            self.owner_ids[member.key] = owner_id
            self.records["owners"].append(
                {
                    "id": owner_id,
                    "email": member.email,
                    "firstName": member.given,
                    "lastName": member.family,
                    "userId": 9_000_000 + number,
                    "createdAt": iso_ms(began),
                    "updatedAt": iso_ms(began + timedelta(days=number)),
                    "archived": not member.is_active,
                }
            )
        self._forms(began)
        self._campaigns(calendar)

    def _forms(self, began: datetime) -> None:
        for form in forms():
            if form.system != "hubspot":
                continue
            form_id = guid(self.streams.of("hubspot-form", form.key))
            self.form_ids[form.key] = form_id
            self.records["forms"].append(
                {
                    "id": form_id,
                    "name": form.name,
                    "formType": "hubspot",
                    "createdAt": iso_ms(began),
                    "updatedAt": iso_ms(began + timedelta(days=9)),
                    "archived": False,
                    "fieldGroups": [],
                }
            )

    def _campaigns(self, calendar: list[Campaign]) -> None:
        for number, campaign in enumerate(c for c in calendar if c.in_hubspot):
            start = datetime.combine(campaign.starts_on, time(9), TOKYO)
            created = min(start - timedelta(days=12), self.now - timedelta(days=3))
            over = datetime.combine(campaign.ends_on, time(23), TOKYO) < self.now
            if campaign.type == "Email":
                self.mail_ids[campaign.key] = 330_000_000 + number
            self.records["campaigns"].append(
                {
                    "id": guid(self.streams.of("hubspot-campaign", campaign.key)),
                    "properties": {
                        "hs_name": campaign.name,
                        "hs_utm": campaign.utm,
                        "hs_start_date": campaign.starts_on.isoformat(),
                        "hs_end_date": campaign.ends_on.isoformat(),
                        "hs_campaign_status": "completed" if over else "in_progress",
                    },
                    "createdAt": iso_ms(created),
                    "updatedAt": iso_ms(created + timedelta(days=2)),
                }
            )

    def event_id(self, at: datetime, number: int) -> str:
        """Return the id of a behaviour event."""
        return f"{number:08x}-{epoch_ms(at):012x}"

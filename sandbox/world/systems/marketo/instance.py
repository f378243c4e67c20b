"""The instance while it is being filled: programs, ids, the writing of activities.

Belongs here: what Marketo has before any lead comes. Must not: write leads or what they do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from sandbox.world.identifiers import guid
from sandbox.world.streams import Streams
from sandbox.world.timing import TOKYO, WEEKS, iso_s
from sandbox.world.truth.campaigns import Campaign

Record = dict[str, Any]

FIRST_LEAD, FIRST_PROGRAM, FIRST_MAIL, FIRST_FORM = 1001, 2001, 3001, 4001
(VISIT, FORM, SENT, DELIVERED, UNSUBSCRIBED, OPENED, CLICKED, NEW, MERGED, DELETED, STATUS) = (
    1, 2, 6, 7, 9, 10, 11, 12, 32, 37, 104,
)  # fmt: skip
# campaign type → type and channel of the program
_PROGRAMS = {
    "Webinar": ("webinar", "Webinar"),
    "Email": ("default", "Email Send"),
    "Content": ("default", "Content"),
}
NURTURE = "育成プログラム 検討初期"


def _lists() -> dict[str, list[Record]]:
    return {name: [] for name in ("leads", "activities", "programs", "members")}


@dataclass
class Instance:
    """All records of the instance by kind."""

    now: datetime
    streams: Streams
    records: dict[str, list[Record]] = field(default_factory=_lists)
    program_ids: dict[str, int] = field(default_factory=dict)
    mail_ids: dict[str, int] = field(default_factory=dict)
    next_lead_id: int = FIRST_LEAD

    def open(self, calendar: list[Campaign]) -> None:
        """Write a program for each webinar, newsletter and piece of content, and a nurture one."""
        for campaign in calendar:
            if campaign.type not in _PROGRAMS:
                continue
            start = datetime.combine(campaign.starts_on, time(9), TOKYO)
            kind, channel = _PROGRAMS[campaign.type]
            self.program_ids[campaign.key] = self._program(campaign.name, kind, channel, start)
            if campaign.type == "Email":
                self.mail_ids[campaign.key] = FIRST_MAIL + len(self.mail_ids)
        self._program(NURTURE, "nurture", "Nurture", self.now - timedelta(weeks=WEEKS))

    def _program(self, name: str, kind: str, channel: str, start: datetime) -> int:
        number = FIRST_PROGRAM + len(self.records["programs"])
        created = min(start - timedelta(days=14), self.now - timedelta(days=3))
        self.records["programs"].append(
            {
                "id": number,
                "name": name,
                "description": "",
                "type": kind,
                "channel": channel,
                "status": "on" if kind == "nurture" else "",
                "workspace": "Default",
                "url": f"https://app-sandbox.marketo.example/#PG{number}A1",
                "folder": {"type": "Folder", "value": 11, "folderName": "プログラム"},
                "startDate": iso_s(start) if kind == "webinar" else None,
                "endDate": iso_s(start + timedelta(hours=2)) if kind == "webinar" else None,
                "createdAt": iso_s(created),
                "updatedAt": iso_s(created + timedelta(days=1)),
            }
        )
        return number

    def new_lead_id(self) -> int:
        """Return the next unused id; ids of leads that are gone stay unused."""
        self.next_lead_id += 1
        return self.next_lead_id - 1

    def act(
        self,
        rng: Random,
        lead_id: int,
        kind: int,
        at: datetime,
        primary: tuple[int | None, str | None],
        **attributes: Any,
    ) -> None:
        """Write one activity; what lies ahead has not happened."""
        if at >= self.now:
            return
        listed = [{"name": n.replace("_", " "), "value": v} for n, v in attributes.items()]
        self.records["activities"].append(
            {
                "marketoGUID": guid(rng),
                "leadId": lead_id,
                "activityDate": iso_s(at),
                "activityTypeId": kind,
                "primaryAttributeValueId": primary[0],
                "primaryAttributeValue": primary[1],
                "attributes": listed,
            }
        )

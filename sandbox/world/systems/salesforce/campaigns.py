"""Campaigns of the org and their members.

Belongs here: Campaign and CampaignMember records. Must not: decide who responds.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sandbox.world.journeys.plan import Act, Journey
from sandbox.world.streams import Streams, chance
from sandbox.world.systems.salesforce.follow_up import SalesforcePerson
from sandbox.world.systems.salesforce.org import Org, Record
from sandbox.world.timing import TOKYO, tokyo_date
from sandbox.world.truth.campaigns import Campaign
from sandbox.world.truth.sales_team import MARKETERS

_STATUS_OF_ACT = {
    "webinar_attended": "参加",
    "webinar_registered": "登録済",
    "event_attended": "来場",
    "document_download": "ダウンロード",
}

_UNANSWERED = {"Email": 0.16, "Direct Mail": 0.16, "Webinar": 0.02}
_CLICKED = 0.08


class CampaignDesk:
    """Writes the campaigns and who took part in them."""

    def __init__(self, org: Org, streams: Streams, calendar: list[Campaign]) -> None:
        self._org = org
        self._streams = streams
        self._calendar = [c for c in calendar if c.in_salesforce]
        self.ids: dict[str, str] = {}
        self._members: set[tuple[str, str]] = set()

    def announce(self) -> None:
        """Write every campaign that Salesforce knows."""
        for campaign in self._calendar:
            rng = self._streams.of("campaign", campaign.key)
            start = datetime.combine(campaign.starts_on, time(10), TOKYO)
            owner = rng.choice(MARKETERS).key
            over = campaign.ends_on < tokyo_date(self._org.now)
            begun = campaign.starts_on <= tokyo_date(self._org.now)
            record = self._org.new(
                "Campaign",
                min(start - timedelta(days=14), self._org.now - timedelta(days=2)),
                owner,
                Name=campaign.name,
                Type=campaign.type,
                Status="Completed" if over else "In Progress" if begun else "Planned",
                StartDate=campaign.starts_on.isoformat(),
                EndDate=campaign.ends_on.isoformat(),
                BudgetedCost=float(campaign.budget_jpy),
                ActualCost=round(campaign.budget_jpy * rng.uniform(0.8, 1.1)) * 1.0
                if over
                else None,
                IsActive=not over,
                OwnerId=self._org.user_ids[owner],
            )
            self.ids[campaign.key] = record["Id"]

    def enrol(self, journey: Journey, person: SalesforcePerson) -> None:
        """Write the memberships of one person: responses, and mailings without any."""
        if not person.leads and not person.contacts:
            return
        for act in journey.acts:
            if act.via == "campaign" and act.campaign:
                status = _STATUS_OF_ACT.get(act.kind, "レスポンスあり")
                self._member(person, act.campaign, act, status)
        self._mailings(journey, person)

    def _mailings(self, journey: Journey, person: SalesforcePerson) -> None:
        """Send newsletters to some: no answer, hence no touch."""
        rng = self._streams.of("mailings", journey.person.key)
        for campaign in self._calendar:
            sent = datetime.combine(campaign.starts_on, time(11), TOKYO)
            share = _UNANSWERED.get(campaign.type, 0.0)
            if journey.seen_at < sent < self._org.now and chance(rng, share):
                status = "欠席" if campaign.type == "Webinar" else "送信済み"
                clicked = campaign.type == "Email" and chance(rng, _CLICKED)
                act = Act("mail_clicked", sent, "campaign", campaign=campaign) if clicked else None
                self._member(person, campaign, act, "クリック" if act else status, sent)

    def _member(
        self,
        person: SalesforcePerson,
        campaign: Campaign,
        act: Act | None,
        status: str,
        sent: datetime | None = None,
    ) -> None:
        lead: Record | None = person.leads[0] if person.leads else None
        converted = lead is not None and lead["IsConverted"]
        contact = person.contact if lead is None or converted else None
        who = (lead or contact or {})["Id"]
        if (campaign.key, who) in self._members:
            return
        self._members.add((campaign.key, who))
        at = act.at if act else sent
        assert at is not None
        entered = min(at + timedelta(hours=12), self._org.now - timedelta(minutes=20))
        self._org.new(
            "CampaignMember",
            entered,
            MARKETERS[1].key,
            CampaignId=self.ids[campaign.key],
            LeadId=lead["Id"] if lead else None,
            ContactId=contact["Id"] if contact else None,
            Status=status,
            HasResponded=act is not None,
            FirstRespondedDate=tokyo_date(at).isoformat() if act else None,
        )

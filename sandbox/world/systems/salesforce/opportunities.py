"""Opportunities with stage history and contact roles.

Belongs here: writing planned deals. Must not: plan them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sandbox.world.journeys.close_dates import shown_close_date
from sandbox.world.journeys.plan import Deal, Journey
from sandbox.world.streams import Streams, chance
from sandbox.world.systems.salesforce.follow_up import SalesforcePerson
from sandbox.world.systems.salesforce.org import Org, Record

_PROBABILITY = {
    "Prospecting": 10.0,
    "Qualification": 20.0,
    "Needs Analysis": 40.0,
    "Proposal/Price Quote": 65.0,
    "Negotiation/Review": 80.0,
    "Closed Won": 100.0,
    "Closed Lost": 0.0,
}
_ROLES = ("意思決定者", "評価者", "導入推進者", "利用者")


class DealDesk:
    """Writes the deals of the journeys into the org."""

    def __init__(self, org: Org, streams: Streams, campaign_ids: Mapping[str, str]) -> None:
        self._org = org
        self._streams = streams
        self._campaign_ids = campaign_ids

    def open(
        self, journey: Journey, person: SalesforcePerson, people: Mapping[str, SalesforcePerson]
    ) -> None:
        """Write a journey's deal, its history and who takes part."""
        deal, contact = journey.deal, person.contact
        if deal is None or contact is None:
            return
        record = self._record(journey, deal, contact)
        self._stages(record, deal)
        shown = shown_close_date(journey, deal, self._streams, self._org.now)
        record["CloseDate"] = shown.isoformat()
        if person.leads and person.leads[0]["IsConverted"]:
            person.leads[0]["ConvertedOpportunityId"] = record["Id"]
        self._roles(journey, deal, record, contact, people)

    def _record(self, journey: Journey, deal: Deal, contact: Record) -> Record:
        company = journey.person.jobs[-1].company
        campaign = self._campaign_ids.get(deal.campaign.key) if deal.campaign else None
        return self._org.new(
            "Opportunity",
            deal.created_at,
            str(journey.sales_user),
            AccountId=contact["AccountId"],
            Name=f"{company.core} {journey.theme or '新規導入'}",
            StageName=deal.stages[0][0],
            Probability=_PROBABILITY[deal.stages[0][0]],
            Amount=None if deal.amount is None else float(deal.amount),
            CloseDate=deal.close_on.isoformat(),
            OwnerId=self._org.user_ids[deal.owner],
            CampaignId=campaign,
            LeadSource=contact["LeadSource"],
            Decision_Maker_Attended__c=deal.decision_maker_attended,
            Meeting_Count__c=float(deal.meetings),
            Loss_Reason__c=deal.loss_reason,
            Competitor__c=deal.competitor,
        )

    def _stages(self, record: Record, deal: Deal) -> None:
        self._snapshot(record, deal.stages[0][0], deal.created_at, deal.owner)
        for stage, at in deal.stages[1:]:
            self._org.change("Opportunity", record, "StageName", stage, at, deal.owner)
            record["Probability"] = _PROBABILITY[stage]
            self._snapshot(record, stage, at, deal.owner)
        record["IsClosed"], record["IsWon"] = deal.is_closed, deal.is_won

    def _snapshot(self, record: Record, stage: str, at: datetime, by: str) -> None:
        self._org.new(
            "OpportunityHistory",
            at,
            by,
            OpportunityId=record["Id"],
            StageName=stage,
            Amount=record["Amount"],
            Probability=_PROBABILITY[stage],
            CloseDate=record["CloseDate"],
        )

    def _roles(
        self,
        journey: Journey,
        deal: Deal,
        record: Record,
        contact: Record,
        people: Mapping[str, SalesforcePerson],
    ) -> None:
        if deal.roles == "none":
            return
        rng = self._streams.of("roles", journey.person.key)
        colleagues = [people[key].contact for key in deal.colleagues if key in people]
        for number, member in enumerate([contact, *(c for c in colleagues if c is not None)]):
            at = deal.created_at + timedelta(hours=number * rng.randint(1, 200))
            self._org.new(
                "OpportunityContactRole",
                min(at, self._org.now - timedelta(minutes=5)),
                deal.owner,
                OpportunityId=record["Id"],
                ContactId=member["Id"],
                Role=rng.choice(_ROLES) if chance(rng, 0.7) else None,
                IsPrimary=number == 0 and deal.roles == "primary",
            )

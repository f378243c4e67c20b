"""HubSpot deals: what the portal's own sync keeps of the org's opportunities, and the links.

Belongs here: deals, and which contact hangs on which company and deal.
Must not: plan deals or write contacts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sandbox.world.journeys.close_dates import shown_close_date
from sandbox.world.journeys.plan import Deal, Journey
from sandbox.world.schema import empty_properties
from sandbox.world.systems.hubspot.portal import Portal, Record
from sandbox.world.timing import iso_ms

_STAGES = {
    "Prospecting": "appointmentscheduled",
    "Qualification": "qualifiedtobuy",
    "Needs Analysis": "presentationscheduled",
    "Proposal/Price Quote": "decisionmakerboughtin",
    "Negotiation/Review": "contractsent",
    "Closed Won": "closedwon",
    "Closed Lost": "closedlost",
}
_PRIMARY = "Primary"
# type ids that HubSpot defines, by the direction in which we write them
_CONTACT_TO_COMPANY, _CONTACT_TO_PRIMARY_COMPANY = 279, 1
_DEAL_TO_COMPANY, _DEAL_TO_PRIMARY_COMPANY = 341, 5
_DEAL_TO_CONTACT = 3


class DealDesk:
    """Writes deals and links into the portal."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def open(self, journey: Journey, deal: Deal, contacts: Mapping[str, Record]) -> None:
        """Write a journey's deal and link it to its people and their company.

        Args:
            journey: whose deal it is.
            deal: the deal.
            contacts: person key → the contact that stands for the person.
        """
        deal_id = str(9_000_000_000 + len(self._portal.records["deals"]) * 13)
        self._portal.records["deals"].append(self._record(deal_id, journey, deal))
        company_ids = []
        for key in dict.fromkeys([journey.person.key, *deal.colleagues]):
            if key in contacts:
                contact = contacts[key]
                self._link("deals", deal_id, "contacts", contact["id"], _DEAL_TO_CONTACT)
                company_ids.append(contact["properties"]["associatedcompanyid"])
        company_id = next((one for one in company_ids if one), None)
        if company_id is not None:
            self._link("deals", deal_id, "companies", company_id, _DEAL_TO_COMPANY)
            self._link("deals", deal_id, "companies", company_id, _DEAL_TO_PRIMARY_COMPANY)

    def link_companies(self) -> None:
        """Write the link of every contact to its company."""
        for contact in self._portal.records["contacts"]:
            company_id = contact["properties"]["associatedcompanyid"]
            if company_id is not None:
                for type_id in (_CONTACT_TO_COMPANY, _CONTACT_TO_PRIMARY_COMPANY):
                    self._link("contacts", contact["id"], "companies", company_id, type_id)

    def _record(self, deal_id: str, journey: Journey, deal: Deal) -> Record:
        now = self._portal.now
        moved = min(deal.stages[-1][1] + timedelta(minutes=7), now - timedelta(minutes=1))
        shown = shown_close_date(journey, deal, self._portal.streams, now)
        closes_at = datetime.fromisoformat(f"{shown.isoformat()}T00:00:00+00:00")
        company = journey.person.jobs[-1].company
        properties = empty_properties("deals")
        properties |= {
            "dealname": f"{company.core} {journey.theme or '新規導入'}",
            "amount": None if deal.amount is None else str(deal.amount),
            "dealstage": _STAGES[deal.stages[-1][0]],
            "pipeline": "default",
            "closedate": iso_ms(closes_at),
            "createdate": iso_ms(deal.created_at),
            "hs_lastmodifieddate": iso_ms(moved),
            "hs_object_id": deal_id,
            "hubspot_owner_id": self._portal.owner_ids[deal.owner],
            "hs_is_closed": str(deal.is_closed).lower(),
            "hs_is_closed_won": str(deal.is_won).lower(),
        }
        return {
            "id": deal_id,
            "properties": properties,
            "createdAt": iso_ms(deal.created_at),
            "updatedAt": iso_ms(moved),
            "archived": False,
        }

    def _link(self, start: str, start_id: str, end: str, end_id: str, type_id: int) -> None:
        primary = type_id in {_CONTACT_TO_PRIMARY_COMPANY, _DEAL_TO_PRIMARY_COMPANY}
        self._portal.records["associations"].append(
            {
                "id": f"{start}:{start_id}-{end}:{end_id}-HUBSPOT_DEFINED:{type_id}",
                "start": f"{start}:{start_id}",
                "end": f"{end}:{end_id}",
                "category": "HUBSPOT_DEFINED",
                "typeId": type_id,
                "label": _PRIMARY if primary else None,
            }
        )

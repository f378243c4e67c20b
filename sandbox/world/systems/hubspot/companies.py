"""HubSpot companies: made from the mail domain of the first contact, one per domain.

Belongs here: company records. Must not: write contacts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.schema import empty_properties
from sandbox.world.streams import chance
from sandbox.world.systems.hubspot.portal import Portal
from sandbox.world.timing import iso_ms
from sandbox.world.truth.companies import Company
from sandbox.world.writing.company_writing import write_company
from sandbox.world.writing.contact_writing import write_phone

INDUSTRIES = {
    "製造": "MACHINERY",
    "IT": "COMPUTER_SOFTWARE",
    "医療": "HOSPITAL_HEALTH_CARE",
    "金融": "FINANCIAL_SERVICES",
    "小売": "RETAIL",
    "建設": "CONSTRUCTION",
    "教育": "EDUCATION_MANAGEMENT",
    "物流": "LOGISTICS_AND_SUPPLY_CHAIN",
    "その他": "CONSUMER_SERVICES",
}


class CompanyDesk:
    """Gives the HubSpot company of a domain."""

    def __init__(self, portal: Portal, key: AnswerKey) -> None:
        self._portal = portal
        self._key = key
        self._by_domain: dict[str, str] = {}

    def of(self, company: Company, domain: str, at: datetime) -> str:
        """Return the id of the company of this domain, making it when it is new."""
        if domain not in self._by_domain:
            self._by_domain[domain] = self._make(company, domain, at)
        return self._by_domain[domain]

    def _make(self, company: Company, domain: str, at: datetime) -> str:
        rng = self._portal.streams.of("hubspot-company", domain)
        company_id = str(8_000_000_000 + len(self._by_domain) * 17)
        updated = at + timedelta(minutes=rng.randint(1, 90_000))
        updated = min(updated, self._portal.now - timedelta(minutes=3))
        place = company.address.place
        properties = empty_properties("companies")
        properties |= {
            "name": write_company(rng, company, "", 0.25) if chance(rng, 0.92) else None,
            "domain": domain,
            "website": f"www.{domain}",
            "phone": write_phone(rng, company.switchboard) if chance(rng, 0.6) else None,
            "industry": INDUSTRIES[company.industry] if chance(rng, 0.75) else None,
            "numberofemployees": str(company.employees) if chance(rng, 0.8) else None,
            "annualrevenue": str(company.revenue_jpy) if chance(rng, 0.3) else None,
            "corporate_number": company.corporate_number if chance(rng, 0.15) else None,
            "hs_object_id": company_id,
            "createdate": iso_ms(at),
            "hs_lastmodifieddate": iso_ms(updated),
        }
        if chance(rng, 0.65):
            properties |= {
                "state": place.prefecture,
                "city": place.city,
                "zip": company.address.postal_code,
                "address": company.address.street,
            }
        self._portal.records["companies"].append(
            {
                "id": company_id,
                "properties": properties,
                "createdAt": iso_ms(at),
                "updatedAt": iso_ms(updated),
                "archived": False,
            }
        )
        self._key.note_company(("hubspot", "company", company_id), company)
        return company_id

"""Accounts of the org, a few companies entered twice.

Belongs here: Account records. Must not: decide who works where.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.streams import Streams, chance
from sandbox.world.systems.salesforce.org import Org, Record
from sandbox.world.truth.companies import Company
from sandbox.world.truth.sales_team import FIELD_SALES
from sandbox.world.writing.company_writing import write_company
from sandbox.world.writing.contact_writing import write_phone

INDUSTRIES = {
    "製造": "製造業", "IT": "情報通信業", "医療": "医療・福祉", "金融": "金融・保険業",
    "小売": "小売業", "建設": "建設業", "教育": "教育・学習支援業", "物流": "運輸・物流業",
    "その他": "サービス業",
}  # fmt: skip
_ENTERED_TWICE = 0.08


class AccountBook:
    """Gives the account of a company, entering it when it is first needed."""

    def __init__(self, org: Org, streams: Streams, key: AnswerKey) -> None:
        self._org = org
        self._streams = streams
        self._key = key
        self._accounts: dict[str, list[Record]] = {}

    def of(self, company: Company, at: datetime) -> Record:
        """Return an account of the company for something that happens at a moment."""
        known = self._accounts.setdefault(company.key, [])
        rng = self._streams.of("account", company.key, len(known))
        if not known or (len(known) == 1 and chance(rng, _ENTERED_TWICE)):
            known.append(self._enter(company, at, len(known)))
            return known[-1]
        return known[0]

    def link_groups(self, companies: dict[str, Company]) -> None:
        """Point half of the subsidiaries' accounts at their parent's account."""
        for key, accounts in sorted(self._accounts.items()):
            parents = self._accounts.get(companies[key].group or "")
            rng = self._streams.of("parent-account", key)
            if parents and companies[key].group != key and chance(rng, 0.5):
                for account in accounts:
                    account["ParentId"] = parents[0]["Id"]

    def _enter(self, company: Company, at: datetime, number: int) -> Record:
        rng = self._streams.of("account-writing", company.key, number)
        place = company.address.place
        owner = rng.choice(FIELD_SALES).key
        fields = {
            "Name": write_company(rng, company, "", 0.15 if number == 0 else 0.7),
            "Phone": write_phone(rng, company.switchboard) if chance(rng, 0.75) else None,
            "Website": f"https://www.{company.domain}/" if chance(rng, 0.6) else None,
            "Industry": INDUSTRIES[company.industry] if chance(rng, 0.8) else None,
            "NumberOfEmployees": company.employees if chance(rng, 0.75) else None,
            "AnnualRevenue": float(company.revenue_jpy) if chance(rng, 0.4) else None,
            "OwnerId": self._org.user_ids[owner],
            "Corporate_Number__c": company.corporate_number if chance(rng, 0.45) else None,
        }
        if chance(rng, 0.85):
            fields |= {
                "BillingState": place.prefecture,
                "BillingCity": place.city,
                "BillingPostalCode": company.address.postal_code,
                "BillingStreet": f"{company.address.street} {company.address.building}".strip(),
                "BillingCountry": "日本",
            }
        record = self._org.new("Account", at, owner, **fields)
        if chance(rng, 0.3):
            self._org.touch(record, at + timedelta(days=rng.randint(1, 60)), owner)
        self._key.note_company(("salesforce", "account", record["Id"]), company)
        return record

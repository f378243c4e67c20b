"""Leads and contacts as they are first entered.

Belongs here: the fields a Lead or Contact starts with. Must not: let sales work on them.
"""

from __future__ import annotations

from typing import Any

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.plan import Appearance, Journey
from sandbox.world.streams import Streams, chance
from sandbox.world.systems.salesforce.accounts import INDUSTRIES, AccountBook
from sandbox.world.systems.salesforce.org import Org, Record
from sandbox.world.truth.sales_team import INTEGRATION_USER
from sandbox.world.writing.handwriting import WrittenPerson, write_person

_SOURCES = {
    "hubspot_form": "Web",
    "typeform": "資料請求",
    "page": "Web",
    "sansan": "名刺交換",
    "card_file": "名刺交換",
}


class PeopleDesk:
    """Enters Leads and Contacts and notes whose they are."""

    def __init__(self, org: Org, streams: Streams, accounts: AccountBook, key: AnswerKey) -> None:
        self._org = org
        self._streams = streams
        self._accounts = accounts
        self._key = key

    def enter_lead(self, appearance: Appearance, journey: Journey) -> Record:
        """Enter a Lead; Company and LastName are mandatory there."""
        person = appearance.person
        rng = self._streams.of("lead", person.key, appearance.number)
        written = write_person(rng, appearance)
        company = written.job.company
        knows_company = bool(written.company) and not person.uses_private_email
        fields = {
            **_names(written),
            "Company": written.company or "[not provided]",
            "Website": f"https://www.{company.domain}"
            if knows_company and chance(rng, 0.25)
            else None,
            "LeadSource": _lead_source(journey, appearance),
            "Status": "Open - Not Contacted",
            "Industry": INDUSTRIES[company.industry]
            if knows_company and chance(rng, 0.5)
            else None,
            "NumberOfEmployees": company.employees if knows_company and chance(rng, 0.5) else None,
            "AnnualRevenue": float(company.revenue_jpy)
            if knows_company and chance(rng, 0.2)
            else None,
            "OwnerId": self._org.user_ids[_first_owner(journey, appearance)],
            "Corporate_Number__c": company.corporate_number
            if knows_company and chance(rng, 0.12)
            else None,
            **_address(written, ""),
        }
        creator = journey.marketer if chance(rng, 0.5) else INTEGRATION_USER.key
        record = self._org.new("Lead", appearance.at, creator, **fields)
        record["HasOptedOutOfEmail"] = journey.opted_out and chance(rng, 0.7)
        ref = ("salesforce", "lead", record["Id"])
        self._key.note_person(ref, person, written, [f"salesforce:{record['Id']}"])
        return record

    def enter_contact(
        self, appearance: Appearance, journey: Journey, converted_from: Record | None
    ) -> Record:
        """Enter a Contact under its account; one made by conversion takes over the Lead's words."""
        person = appearance.person
        rng = self._streams.of("contact", person.key, appearance.number)
        written = write_person(rng, appearance)
        account = self._accounts.of(written.job.company, appearance.at)
        owner = _first_owner(journey, appearance)
        fields = {
            **_names(written),
            "AccountId": account["Id"],
            "Department": written.department or None,
            "LeadSource": _lead_source(journey, appearance),
            "OwnerId": self._org.user_ids[owner],
            **_address(written, "Mailing"),
        }
        links = []
        if converted_from is not None:
            fields |= _taken_over(converted_from)
            links = [f"salesforce:{converted_from['Id']}"]
        record = self._org.new("Contact", appearance.at, owner, **fields)
        record["HasOptedOutOfEmail"] = journey.opted_out and chance(rng, 0.7)
        if converted_from is None:
            ref = ("salesforce", "contact", record["Id"])
            self._key.note_person(ref, person, written, [f"salesforce:{record['Id']}"])
        else:
            self._note_converted(record, converted_from, links)
        return record

    def _note_converted(self, contact: Record, lead: Record, links: list[str]) -> None:
        """Note a converted contact with the words, hence the evidence, of its lead."""
        source = next(r for r in reversed(self._key.rows) if r["source_id"] == lead["Id"])
        evidence = [*source["evidence"], *links, f"salesforce:{contact['Id']}"]
        row = {**source, "source_object": "contact", "source_id": contact["Id"]}
        self._key.rows.append({**row, "evidence": sorted(set(evidence))})


def _names(written: WrittenPerson) -> dict[str, Any]:
    name = written.name
    return {
        "LastName": name.family,
        "FirstName": name.given or None,
        "Name": name.joined(" "),
        "Title": written.title or None,
        "Email": written.email or None,
        "Phone": written.phone or None,
        "MobilePhone": written.mobile or None,
    }


def _taken_over(lead: Record) -> dict[str, Any]:
    same = (
        "LastName", "FirstName", "Name", "Title", "Email", "Phone", "MobilePhone", "LeadSource",
        "OwnerId",
    )  # fmt: skip
    address = {
        f"Mailing{part}": lead[part]
        for part in ("Street", "City", "State", "PostalCode", "Country")
    }
    custom = {name: value for name, value in lead.items() if name.endswith("__c")}
    return {**{name: lead[name] for name in same}, **address, **custom}


def _address(written: WrittenPerson, prefix: str) -> dict[str, Any]:
    if written.address is None:
        return {}
    place = written.address.place
    return {
        f"{prefix}Street": f"{written.address.street} {written.address.building}".strip(),
        f"{prefix}City": place.city,
        f"{prefix}State": place.prefecture,
        f"{prefix}PostalCode": written.address.postal_code,
        f"{prefix}Country": "日本",
    }


def _lead_source(journey: Journey, appearance: Appearance) -> str:
    before = [act for act in journey.acts if act.at <= appearance.at]
    if not before:
        return "リスト購入" if journey.state == "suspect" else "その他"
    act = before[0]
    if act.via == "campaign" and act.campaign:
        return "ウェビナー" if act.campaign.type == "Webinar" else "展示会"
    return _SOURCES.get(act.via, "その他")


def _first_owner(journey: Journey, appearance: Appearance) -> str:
    """Return who owns a new record: sales for their own lists, else marketing."""
    if journey.owned_by_sales_from_start and journey.sales_user and not appearance.is_duplicate:
        return journey.sales_user
    return journey.marketer

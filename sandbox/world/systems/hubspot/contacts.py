"""HubSpot contacts: one per mail address, some archived, some merged.

Belongs here: contact records. Must not: write what contacts do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.plan import MQL_STATES, Act, Appearance, Journey
from sandbox.world.schema import empty_properties
from sandbox.world.streams import chance
from sandbox.world.systems.hubspot.companies import INDUSTRIES, CompanyDesk
from sandbox.world.systems.hubspot.portal import Portal, Record
from sandbox.world.timing import iso_ms
from sandbox.world.truth.mails import FREE_MAIL_DOMAIN
from sandbox.world.writing.handwriting import WrittenPerson, write_person

_STAGES = {"won": "customer", "opportunity": "opportunity", "lost": "opportunity"}
_SOURCE_OF_VIA = {
    "hubspot_form": "ORGANIC_SEARCH",
    "page": "ORGANIC_SEARCH",
    "mail": "EMAIL_MARKETING",
}
_EMPLOYEE_BANDS = (
    (25, "5-25"),
    (50, "25-50"),
    (100, "50-100"),
    (500, "100-500"),
    (1000, "500-1000"),
)


class ContactDesk:
    """Enters contacts and notes whose they are."""

    def __init__(self, portal: Portal, companies: CompanyDesk, key: AnswerKey) -> None:
        self._portal = portal
        self._companies = companies
        self._key = key
        self._emails: set[str] = set()

    def enter(
        self, appearance: Appearance, journey: Journey, needs_mail: bool
    ) -> tuple[Record, WrittenPerson]:
        """Enter the contact of an appearance; return it with what it says."""
        person = appearance.person
        rng = self._portal.streams.of("hubspot-contact", person.key, appearance.number)
        written = write_person(rng, appearance)
        email = self._free_email(written, appearance, needs_mail)
        written = replace(written, email=email)
        contact_id = str(50_000_001 + len(self._portal.records["contacts"]) * 25)
        updated = appearance.at + timedelta(minutes=rng.randint(2, 5_000))
        updated = min(updated, self._portal.now - timedelta(minutes=1))
        properties = self._properties(written, journey, appearance)
        properties["associatedcompanyid"] = self._company_id(written, appearance.at)
        properties |= {
            "hs_object_id": contact_id,
            "createdate": iso_ms(appearance.at),
            "lastmodifieddate": iso_ms(updated),
        }
        if chance(rng, 0.02):
            properties["hs_merged_object_ids"] = str(int(contact_id) + 7)
        record = {
            "id": contact_id,
            "properties": properties,
            "createdAt": iso_ms(appearance.at),
            "updatedAt": iso_ms(updated),
            "archived": False,
        }
        self._portal.records["contacts"].append(record)
        self._key.note_person(("hubspot", "contact", contact_id), person, written)
        return record, written

    def knows(self, email: str) -> bool:
        """Tell whether a contact of the portal has this address."""
        return email.lower() in self._emails

    def archive(self, record: Record, at: datetime) -> None:
        """Put a contact into the bin at a moment."""
        record["archived"] = True
        record["archivedAt"] = record["updatedAt"] = iso_ms(at)

    def _free_email(self, written: WrittenPerson, appearance: Appearance, needed: bool) -> str:
        """Return an address nobody else in the portal has: there the address is the key."""
        person = appearance.person
        candidates = [written.email.lower()]
        if needed and not person.uses_private_email:
            candidates.append(written.job.email or "")
        if needed:
            candidates.append(person.private_email)
        for email in candidates:
            if email and email not in self._emails:
                self._emails.add(email)
                return email
        return ""

    def _company_id(self, written: WrittenPerson, at: datetime) -> str | None:
        domain = written.email.partition("@")[2]
        if not domain or domain == FREE_MAIL_DOMAIN:
            return None
        return self._companies.of(written.job.company, domain, at)

    def _properties(
        self, written: WrittenPerson, journey: Journey, appearance: Appearance
    ) -> dict[str, str | None]:
        rng = self._portal.streams.of("hubspot-words", journey.person.key, appearance.number)
        company, name = written.job.company, written.name
        knows = bool(written.company) and not journey.person.uses_private_email
        via = next((a for a in journey.acts if a.via in _SOURCE_OF_VIA), None)
        properties = empty_properties("contacts")
        properties |= {
            "email": written.email or None,
            "lastname": name.family or None,
            "firstname": name.given or None,
            "company": written.company or None,
            "jobtitle": written.title or None,
            "department": written.department or None,
            "phone": written.phone or None,
            "mobilephone": written.mobile or None,
            "website": f"https://www.{company.domain}" if knows and chance(rng, 0.1) else None,
            "industry": INDUSTRIES[company.industry] if knows and chance(rng, 0.25) else None,
            "numemployees": _band(company.employees) if knows and chance(rng, 0.25) else None,
            "lifecyclestage": _stage(journey),
            "hs_lead_status": "NEW",
            "hubspot_owner_id": self._portal.owner_ids[journey.marketer],
            "hs_analytics_source": _source(via) if via else "OFFLINE",
            "hs_email_optout": "true" if journey.opted_out else None,
        }
        if written.address:
            properties["state"] = written.address.place.prefecture
            properties["city"] = written.address.place.city
            properties["zip"] = written.address.postal_code
        return properties


def _band(employees: int) -> str:
    return next((band for limit, band in _EMPLOYEE_BANDS if employees < limit), "1000+")


def _stage(journey: Journey) -> str:
    """Return the stage HubSpot shows: marketing's own view, rarely past MQL."""
    if journey.state in MQL_STATES:
        return _STAGES.get(journey.state, "marketingqualifiedlead")
    return "lead" if journey.acts else "subscriber"


def _source(act: Act) -> str:
    if act.campaign is None:
        return _SOURCE_OF_VIA[act.via]
    sources = {
        "Advertisement": "PAID_SEARCH",
        "Banner Ads": "PAID_SOCIAL",
        "Email": "EMAIL_MARKETING",
    }
    return sources.get(act.campaign.type, "OTHER_CAMPAIGNS")

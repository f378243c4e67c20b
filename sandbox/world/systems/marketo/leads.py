"""Marketo leads: one per mail address, some entered twice, some merged or deleted since.

Belongs here: lead records. Must not: write what leads do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sandbox.world.answer_key import AnswerKey
from sandbox.world.identifiers import guid
from sandbox.world.journeys.plan import Appearance, Journey
from sandbox.world.streams import chance
from sandbox.world.systems.marketo.instance import DELETED, MERGED, NEW, Instance, Record
from sandbox.world.timing import iso_s
from sandbox.world.writing.handwriting import WrittenPerson, write_person

INDUSTRIES = {
    "製造": "Manufacturing",
    "IT": "Technology",
    "医療": "Healthcare",
    "金融": "Finance",
    "小売": "Retail",
    "建設": "Construction",
    "教育": "Education",
    "物流": "Transportation",
    "その他": "Other",
}


class LeadDesk:
    """Enters leads and notes whose they are."""

    def __init__(self, instance: Instance, key: AnswerKey) -> None:
        self._instance = instance
        self._key = key
        self._emails: set[str] = set()

    def enter(self, appearance: Appearance, journey: Journey) -> Record:
        """Enter the lead of an appearance."""
        rng = self._instance.streams.of("marketo-lead", appearance.person.key, appearance.number)
        written = write_person(rng, appearance)
        email = written.email.lower()
        written = replace(written, email="" if email in self._emails else email)
        self._emails.add(email)
        lead = self._lead(rng, appearance, journey, written)
        self._instance.records["leads"].append(lead)
        self._key.note_person(("marketo", "lead", str(lead["id"])), appearance.person, written)
        self._instance.act(
            rng, lead["id"], NEW, appearance.at, (lead["id"], None), Source_Type="Web form fillout"
        )
        return lead

    def _lead(
        self, rng: Random, appearance: Appearance, journey: Journey, written: WrittenPerson
    ) -> Record:
        company, at = written.job.company, appearance.at
        updated = min(at + timedelta(minutes=rng.randint(2, 5_000)), self._instance.now)
        knows = bool(written.company) and not journey.person.uses_private_email
        address = written.address
        return {
            "id": self._instance.new_lead_id(),
            "email": written.email or None,
            "lastName": written.name.family or None,
            "firstName": written.name.given or None,
            "company": written.company or None,
            "department": written.department or None,
            "title": written.title or None,
            "phone": written.phone or None,
            "mobilePhone": written.mobile or None,
            "website": f"www.{company.domain}" if knows and chance(rng, 0.1) else None,
            "industry": INDUSTRIES[company.industry] if knows and chance(rng, 0.3) else None,
            "numberOfEmployees": company.employees if knows and chance(rng, 0.3) else None,
            "state": address.place.prefecture if address else None,
            "city": address.place.city if address else None,
            "postalCode": address.postal_code if address else None,
            "leadSource": rng.choice(("Webinar", "Web", "List Import", None)),
            "leadScore": rng.choice((None, 0, 5, 20)),
            "unsubscribed": journey.opted_out,
            "isLead": True,
            "personType": "contact",
            "createdAt": iso_s(at),
            "updatedAt": iso_s(updated),
            "_changedAt": iso_s(updated),
        }

    def merge_in(self, rng: Random, winner: Record, at: datetime) -> int:
        """Let the lead have taken in another one since; return the id that is gone."""
        loser = self._instance.new_lead_id()
        name = " ".join(filter(None, (winner["firstName"], winner["lastName"])))
        self._instance.act(
            rng, winner["id"], MERGED, at, (winner["id"], name),
            Merge_IDs=f"[{loser}]", Merge_Source="Marketo UI", Master_Updated=False,
        )  # fmt: skip
        winner["updatedAt"] = winner["_changedAt"] = max(iso_s(at), winner["updatedAt"])
        return loser

    def delete_one(self, rng: Random, at: datetime) -> None:
        """Write what is left of a lead that somebody deleted."""
        gone = self._instance.new_lead_id()
        self._instance.act(rng, gone, DELETED, at, (gone, "テスト"), Campaign="List cleaning")

    def enter_junk(self, rng: Random, number: int, at: datetime) -> None:
        """Enter a test lead of our own people."""
        lead_id, token = self._instance.new_lead_id(), guid(rng)[:6]
        self._instance.records["leads"].append(
            {
                "id": lead_id,
                "email": f"test{number}-{token}@example.com",
                "lastName": "テスト",
                "firstName": "太郎",
                "company": "テスト株式会社",
                "unsubscribed": False,
                "createdAt": iso_s(at),
                "updatedAt": iso_s(at),
                "_changedAt": iso_s(at),
            }
        )
        self._key.note_junk(("marketo", "lead", str(lead_id)))

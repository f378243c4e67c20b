"""Sansan: scanned business cards.

Belongs here: the shape of bizCards. Must not: decide who exchanges cards.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox.world.answer_key import AnswerKey
from sandbox.world.journeys.plan import Appearance
from sandbox.world.streams import Streams, chance
from sandbox.world.timing import in_office, iso_s, tokyo_date
from sandbox.world.truth.sales_team import FIELD_SALES, INSIDE_SALES, TeamMember
from sandbox.world.writing.handwriting import WrittenPerson, write_person

Record = dict[str, Any]

_TAGS = (
    {"id": "701", "name": "展示会", "type": "public"},
    {"id": "702", "name": "重点", "type": "public"},
)


class SansanAccount:
    """The cards of the account."""

    def __init__(self, streams: Streams, key: AnswerKey, now: datetime) -> None:
        self._streams = streams
        self._key = key
        self._now = now
        self.biz_cards: list[Record] = []
        self._seen: dict[tuple[Any, ...], str] = {}
        self.tags: list[Record] = [dict(tag) for tag in _TAGS]
        self._owners = FIELD_SALES + INSIDE_SALES
        self.users: list[Record] = [self._owner(member) for member in self._owners]

    def scan(self, appearance: Appearance) -> None:
        """Write the card behind an appearance."""
        person = appearance.person
        rng = self._streams.of("card", person.key, appearance.number)
        written = write_person(rng, appearance)
        registered = min(in_office(rng, appearance.at, 1, 72), self._now - timedelta(minutes=30))
        updated = registered + timedelta(minutes=rng.randint(20, 900))
        address = written.address
        card_id = f"{10_000_000 + len(self.biz_cards) * 7:d}"
        self.biz_cards.append(
            {
                "id": card_id,
                "personId": self._same("p", written.name, written.company, written.email),
                "companyId": self._same("c", written.company),
                "exchangeDate": tokyo_date(appearance.at).isoformat(),
                "registeredTime": iso_s(registered),
                "updatedTime": iso_s(min(updated, self._now - timedelta(minutes=2))),
                "owner": self._owner(rng.choice(self._owners)),
                **_texts(written),
                "countryCode": "JP",
                "postalCode": address.postal_code if address else "",
                "prefecture": address.place.prefecture if address else "",
                "city": address.place.city if address else "",
                "street": address.street if address else "",
                "building": address.building if address else "",
                "address": f"{address.place.prefecture}{address.place.city}{address.street}"
                if address
                else "",
                "secondTel": "",
                "fax": "",
                "url": f"https://www.{written.job.company.domain}/" if chance(rng, 0.5) else "",
                "memo": "展示会ブースで交換" if chance(rng, 0.06) else "",
                "entryStatus": "completed",
                "tags": [dict(rng.choice(_TAGS))] if chance(rng, 0.15) else [],
            }
        )
        self._key.note_person(("sansan", "biz_card", card_id), person, written)

    def _same(self, prefix: str, *words: Any) -> str:
        """Return one id for cards that read exactly the same: what Sansan merges by itself."""
        number = 20_000_000 + len(self._seen) * 3
        return self._seen.setdefault((prefix, *words), f"{prefix}{number}")

    def _owner(self, member: TeamMember) -> Record:
        return {"id": f"u{self._owners.index(member) + 1:04d}", "name": member.name}


def _texts(written: WrittenPerson) -> Record:
    name = written.name
    return {
        "lastName": name.family,
        "firstName": name.given,
        "lastNameReading": name.family_kana,
        "firstNameReading": name.given_kana,
        "departmentName": written.department,
        "title": written.title,
        "companyName": written.company,
        "email": written.email,
        "mobile": written.mobile,
        "tel": written.phone,
    }

"""Who is who in truth: one row per source record, and which pairs the data itself can tie.

Belongs here: the key and the split into reachable and unreachable pairs.
Must not: be read by the product; the sandbox serves it on an admin path only.

Rows of person-like and company records::

    {"source_system": "sansan", "source_object": "biz_card", "source_id": "…",
     "person": "P000012" | None, "company": "C000003" | None, "kind": "family_firm",
     "evidence": ["mail:…", "phone:…", …]}

Company records have `person` None and `entity` "company"; junk rows have `person` None and
kind "junk". `company` is None where the record says nothing that leads to one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import Any

from sandbox.world.truth.companies import Company
from sandbox.world.truth.mails import FREE_MAIL_DOMAIN
from sandbox.world.truth.names import kanji_variants
from sandbox.world.truth.people import Person
from sandbox.world.writing.handwriting import WrittenPerson

Pair = tuple[str, str]

_LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|医療法人|学校法人|\(株\)|\(有\)|\(同\)|\(医\)|\(学\)|[ 　]"
)
_HONORIFICS = re.compile(r"(様|殿)$")


@dataclass(frozen=True)
class PairSplit:
    """All pairs of records of one person, by whether something in the data ties them."""

    reachable: tuple[Pair, ...]
    unreachable: tuple[Pair, ...]


@dataclass
class AnswerKey:
    """Collects the truth about each record while the records are written."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def note_person(
        self,
        ref: tuple[str, str, str],
        person: Person,
        written: WrittenPerson,
        links: Iterable[str] = (),
    ) -> None:
        """Note whose record this is and what in it could tell."""
        company = written.names_company
        evidence = sorted({*evidence_of(written), *links})
        self._add(ref, "person", person.key, company, person.kind, evidence)

    def note_junk(self, ref: tuple[str, str, str]) -> None:
        """Note a record that stands for nobody."""
        self._add(ref, "person", None, None, "junk", [])

    def note_company(self, ref: tuple[str, str, str], company: Company) -> None:
        """Note which company a company record stands for."""
        self._add(ref, "company", None, company, company.kind, [])

    def _add(
        self,
        ref: tuple[str, str, str],
        entity: str,
        person: str | None,
        company: Company | None,
        kind: str,
        evidence: list[str],
    ) -> None:
        system, source_object, source_id = ref
        self.rows.append(
            {
                "source_system": system,
                "source_object": source_object,
                "source_id": source_id,
                "entity": entity,
                "person": person,
                "company": company.key if company else None,
                "kind": kind,
                "evidence": evidence,
            }
        )


def split_pairs(rows: Iterable[dict[str, Any]]) -> PairSplit:
    """Split the pairs of one person's records into tied and untied ones.

    Two records are tied when they share a mail address, a phone number, name and company, or a
    link set by a vendor; or when a chain of such ties among the person's own records joins them.
    """
    by_person: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["person"] is not None:
            by_person[row["person"]].append(row)
    reachable: list[Pair] = []
    unreachable: list[Pair] = []
    for records in by_person.values():
        component = _components(records)
        for left, right in combinations(range(len(records)), 2):
            pair = (_record_key(records[left]), _record_key(records[right]))
            (reachable if component[left] == component[right] else unreachable).append(pair)
    return PairSplit(tuple(reachable), tuple(unreachable))


def _record_key(row: dict[str, Any]) -> str:
    return f"{row['source_system']}:{row['source_object']}:{row['source_id']}"


def _components(records: list[dict[str, Any]]) -> list[int]:
    """Number the records by the connected component their evidence puts them in."""
    component = list(range(len(records)))
    first_with: dict[str, int] = {}
    for index, record in enumerate(records):
        for clue in record["evidence"]:
            other = component[first_with.setdefault(clue, index)]
            mine = component[index]
            if other != mine:
                component = [other if c == mine else c for c in component]
    return component


def evidence_of(written: WrittenPerson) -> set[str]:
    """Return the comparable clues a record holds: mails, phones, name with company."""
    clues: set[str] = set()
    mail = plain_mail(written.email)
    if mail:
        clues.add(f"mail:{mail}")
    clues |= {f"phone:{n}" for n in map(plain_phone, (written.phone, written.mobile)) if n}
    companies = {plain_company(written.company)} if written.names_company else set()
    domain = mail.partition("@")[2]
    if domain and domain != FREE_MAIL_DOMAIN:
        companies.add(domain)
    for name in _name_forms(written):
        clues |= {f"name:{name}|{company}" for company in companies if company}
    return clues


def _name_forms(written: WrittenPerson) -> set[str]:
    name = written.name
    forms = {plain_name(name.family + name.given), plain_name(name.given + name.family)}
    if name.family_kana:
        forms.add(plain_name(name.family_kana + name.given_kana))
    return forms - {""}


@cache
def _plain_kanji() -> dict[int, str]:
    return {ord(v): plain for plain, variants in kanji_variants().items() for v in variants}


def plain_name(text: str) -> str:
    """Fold width, spaces, honorifics, case and variant kanji of a name."""
    folded = unicodedata.normalize("NFKC", text).replace(" ", "").lower()
    return _HONORIFICS.sub("", folded).translate(_plain_kanji())


def plain_mail(text: str) -> str:
    """Fold width, case and plus tags of an address."""
    folded = unicodedata.normalize("NFKC", text).lower().strip()
    return re.sub(r"\+[^@]*@", "@", folded)


def plain_phone(text: str) -> str:
    """Fold a number to its national digits, without extension or switchboard mark."""
    folded = unicodedata.normalize("NFKC", text)
    folded = re.split(r"内線|ext|\(?代", folded)[0]
    digits = re.sub(r"\D", "", folded.replace("+81", "0"))
    if digits and not digits.startswith("0"):
        return f"0{digits}"
    return digits


def plain_company(text: str) -> str:
    """Fold width, spaces and legal form of a company name."""
    return _LEGAL_FORMS.sub("", unicodedata.normalize("NFKC", text)).lower()

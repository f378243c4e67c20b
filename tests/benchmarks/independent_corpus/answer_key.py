"""Who is whom, and which records of a person their evidence ties together.

The rule of evidence is the corpus' own, written before any engine was measured with it: what a
human would accept as proof, and only where no second person of the corpus shows the same.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from tests.benchmarks.independent_corpus.company_records import CompanyRecord
from tests.benchmarks.independent_corpus.person_record import PersonRecord

Evidence = Hashable
_LINK_FIELDS = ("converted_to_key", "merged_into_key")


def evidence_of(record: PersonRecord) -> Iterator[Evidence]:
    """What two records of a person must share to be tied, each by itself."""
    mail = record.mail.evidence if record.mail else None
    if mail:
        yield "mail", mail
    if record.mobile:
        yield "mobile", record.mobile
    for key in record.name_keys:
        if mail:
            yield "mail and name", mail, key
        if record.mobile:
            yield "mobile and name", record.mobile, key
        for line, is_own in record.lines:
            if is_own or not key.is_weak:
                yield "line and name", line, key
        yield from _evidence_of_company(record, key.is_weak, key)
    yield from (("link", record.row[name]) for name in _LINK_FIELDS if record.row.get(name))
    if record.source.keeps_links:
        yield "link", record.key


def _evidence_of_company(record: PersonRecord, is_weak: bool, key: Hashable) -> Iterator[Evidence]:
    """A full name with a company; a weak one needs the department as well."""
    for company in record.companies:
        if not is_weak:
            yield "company and name", company, key
        if record.department:
            yield "department and name", company, record.department, key
    company_key = record.row.get("company_key")
    if company_key and not is_weak:
        yield "company record and name", company_key, key


def shown_evidence(records: Iterable[PersonRecord]) -> dict[str, set[Evidence]]:
    """Record key → its evidence, without what records of two people show."""
    shown = {record.key: set(evidence_of(record)) for record in records}
    people: dict[Evidence, set[str]] = defaultdict(set)
    for record in records:
        for evidence in shown[record.key]:
            people[evidence].add(record.person.person_id)
    return {
        key: {evidence for evidence in all_of_it if len(people[evidence]) == 1}
        for key, all_of_it in shown.items()
    }


def tied_records(shown: dict[str, set[Evidence]]) -> dict[str, str]:
    """Record key → the smallest key that a chain of shared evidence leads to."""
    leaders = {key: key for key in shown}

    def leader_of(key: str) -> str:
        while leaders[key] != key:
            leaders[key] = leaders[leaders[key]]
            key = leaders[key]
        return key

    holders: dict[Evidence, str] = {}
    for key, all_of_it in shown.items():
        for evidence in all_of_it:
            first, second = leader_of(holders.setdefault(evidence, key)), leader_of(key)
            leaders[max(first, second)] = min(first, second)
    return {key: leader_of(key) for key in shown}


def person_rows(records: Iterable[PersonRecord], tied: dict[str, str]) -> Iterator[dict[str, Any]]:
    """A row for the person of a record, and one for the company it leads to by itself."""
    for record in sorted(records, key=lambda record: record.key):
        row = {
            "key": record.key,
            "entity": "person",
            "person": record.person.person_id,
            "company": record.company_id,
            "kind": record.person.kind,
            "tied": tied[record.key],
        }
        yield row
        if record.company_id:
            yield row | {"entity": "account", "tied": None}


def junk_rows(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row for every record that stands for nobody."""
    for key in sorted(row["record_key"] for row in rows):
        yield {"key": key, "entity": "person", "kind": "junk"}


def company_rows(records: Iterable[CompanyRecord]) -> Iterator[dict[str, Any]]:
    """A row for every company record; placeholders stand for no company."""
    for record in sorted(records, key=lambda record: str(record.row["record_key"])):
        yield {
            "key": record.row["record_key"],
            "entity": "account",
            "company": record.company.company_id if record.company else None,
            "kind": _kind(record),
        }


def _kind(record: CompanyRecord) -> str:
    company = record.company
    if company is None:
        return "junk"
    if company.shared_name:
        return "same_named_companies"
    if company.group is not None:
        return "group_company"
    return "changed_domain" if company.former_name else "plain"

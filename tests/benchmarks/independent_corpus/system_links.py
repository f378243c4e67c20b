"""Links that the systems themselves keep: a converted lead, two merged records.

Belongs here: linking records that are written. Must not: write any.
"""

from collections import defaultdict
from random import Random

from tests.benchmarks.independent_corpus.person_record import PersonRecord


def link_records(rng: Random, about_one_person: list[PersonRecord]) -> None:
    """Convert some of a person's leads and merge some of the records about them."""
    contacts = [r for r in about_one_person if r.source.kind == "salesforce:contact"]
    for lead in about_one_person:
        if lead.source.kind == "salesforce:lead":
            contact = _contact_of_same_job(lead, contacts)
            if contact and rng.random() < 0.55:
                _convert(lead, contact)
    by_kind: dict[str, list[PersonRecord]] = defaultdict(list)
    for record in about_one_person:
        if record.source.keeps_links:
            by_kind[record.source.kind].append(record)
    for records in by_kind.values():
        if len(records) > 1 and rng.random() < 0.06:
            first, second = records[:2]
            if not first.row.get("converted_to_key"):
                first.row["merged_into_key"] = second.key


def _contact_of_same_job(lead: PersonRecord, contacts: list[PersonRecord]) -> PersonRecord | None:
    """The first contact in the same company under the same name."""
    for contact in contacts:
        is_same_company = contact.job.company is lead.job.company
        if is_same_company and contact.job.name is lead.job.name:
            return contact
    return None


def _convert(lead: PersonRecord, contact: PersonRecord) -> None:
    lead.row["converted_to_key"] = contact.key
    lead.row["converted_account_key"] = contact.row["company_key"]
    if lead.job.company:
        lead.company_id = lead.job.company.company_id
        lead.companies = lead.companies | {lead.company_id}
    # a contact is never older than the lead it was made of
    days = sorted((lead.row["created_at"], contact.row["created_at"]))
    lead.row["created_at"], contact.row["created_at"] = days

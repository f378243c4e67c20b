"""Which company each company record and each person record belongs to, with the reason.

Turns normalised records into mentions, has them clustered, and reads the outcome back per record.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from identity.company_evidence import Mention
from identity.company_matching import (
    DOMAIN,
    NAME,
    NUMBER,
    PHONE,
    PLACE,
    CompanyClusters,
    match_companies,
)
from identity.constraints import DECIDED
from identity.decisions import Constraint
from identity.places import prefecture_of_phone

SELF = "単独レコード"
HANGS_ON = "取引先レコードに所属"
CONVERTED = "取引開始(コンバート)"
MERGED = "統合済み(マージ)"
_NAMED = "会社名のみ"

# How far each kind of evidence is to be believed, on the scale of a match probability.
_BELIEF = {
    SELF: 1.0, DECIDED: 1.0, HANGS_ON: 1.0, CONVERTED: 1.0, MERGED: 1.0, NUMBER: 0.999,
    DOMAIN: 0.98, PHONE: 0.97, PLACE: 0.95, NAME: 0.9, _NAMED: 1.0,
}  # fmt: skip

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Employer:
    """The company of one record.

    Attributes:
        record_key: The company or person record.
        cluster: Key that stands for the company.
        reason: The evidence, in Japanese.
        probability: How far the evidence is to be believed.
        is_company_record: Whether the record itself describes a company.
        home: The prefecture where the company sits, if known.
    """

    record_key: str
    cluster: str
    reason: str
    probability: float
    is_company_record: bool
    home: str | None


def _place(row: _Row) -> str | None:
    """Where the company sits as far as the record tells: a branch tells nothing."""
    if row["company_is_branch"]:
        return None
    return row["prefecture_normalised"] or prefecture_of_phone(row["phone_e164"])


def _company_mention(row: _Row) -> Mention:
    return Mention(
        key=row["record_key"],
        core=row["company_name_normalised"],
        legal_form=row["company_legal_form"],
        number=row["corporate_number_normalised"],
        domain=row["domain_normalised"],
        prefecture=_place(row),
        phone=row["phone_e164"],
        is_record=True,
    )


def _person_mention(row: _Row) -> Mention | None:
    """What a person's record says of the employer; the same words make the same mention."""
    core, domain = row["company_name_normalised"], row["domain_normalised"]
    number = row["corporate_number_normalised"]
    if core is None and number is None and domain is None:
        return None
    stated = (core, row["company_legal_form"], number, domain, _place(row), row["phone_e164"])
    key = "mention:" + "|".join(value or "" for value in stated)
    return Mention(key, *stated)


def _hanging_links(rows: list[_Row], mentions: dict[str, Mention | None],
                   records: dict[str, Mention]) -> list[tuple[str, str, str]]:  # fmt: skip
    """A record that hangs on a company of the same name lends it its domain and phone."""
    links = []
    named: dict[str, set[str]] = defaultdict(set)
    for stated in filter(None, [*mentions.values(), *records.values()]):
        if stated.domain and stated.core:
            named[stated.domain].add(stated.core)
    for row in rows:
        mention, company = mentions[row["record_key"]], records.get(_company_key(row) or "")
        if mention and company and _speaks_of(mention, company, named):
            links.append((company.key, mention.key, HANGS_ON))
    return links


def _speaks_of(mention: Mention, company: Mention, named: dict[str, set[str]]) -> bool:
    """Whether the employer that a hanging record names is the company it hangs on.

    People change employers and the record they hang on stays; a nameless domain counts only if
    nobody else goes by it.
    """
    if mention.core is not None:
        return mention.core == company.core
    if mention.domain is None:
        return company.number in (None, mention.number)
    return company.domain in (None, mention.domain) and named[mention.domain] <= {company.core}


def _company_key(row: _Row) -> str | None:
    return row.get("company_key") or row.get("converted_account_key")


def _merge_links(companies: list[_Row]) -> list[tuple[str, str, str]]:
    merged = ((row["record_key"], row.get("merged_into_key")) for row in companies)
    return [(loser, winner, MERGED) for loser, winner in merged if winner]


def _company_employer(clusters: CompanyClusters, mention: Mention) -> Employer:
    reason = clusters.reasons.get(mention.key, SELF)
    cluster = clusters.cluster_of(mention)
    return Employer(mention.key, cluster, reason, _BELIEF[reason], True, clusters.home_of(cluster))


def _person_employer(
    row: _Row, clusters: CompanyClusters, mention: Mention | None, records: dict[str, Mention]
) -> Employer | None:
    company = records.get(_company_key(row) or "")
    if company is not None:
        reason = HANGS_ON if row.get("company_key") else CONVERTED
        cluster = clusters.cluster_of(company)
    elif mention is not None:
        reason = clusters.reasons.get(mention.key, _NAMED)
        cluster = clusters.cluster_of(mention)
        if mention.core is None and mention.number is None and reason == _NAMED:
            return None  # a mail domain that no named company has is no company yet
    else:
        return None
    home = clusters.home_of(cluster)
    return Employer(row["record_key"], cluster, reason, _BELIEF[reason], False, home)


def find_employers(
    persons: list[dict[str, Any]],
    companies: list[dict[str, Any]],
    constraints: Sequence[Constraint] = (),
) -> list[Employer]:
    """The company of every company record and of every person record that has one.

    Args:
        persons: Normalised person records with `company_key` and `converted_account_key`.
        companies: Normalised company records with `merged_into_key`.
        constraints: What people decided about company records, oldest first.
    """
    records = {row["record_key"]: _company_mention(row) for row in companies}
    mentions = {row["record_key"]: _person_mention(row) for row in persons}
    stated = {mention.key: mention for mention in mentions.values() if mention}
    links = _merge_links(companies) + _hanging_links(persons, mentions, records)
    clusters = match_companies([*records.values(), *stated.values()], links, constraints)
    employers = [_company_employer(clusters, mention) for _, mention in sorted(records.items())]
    for row in sorted(persons, key=lambda r: r["record_key"]):
        employer = _person_employer(row, clusters, mentions[row["record_key"]], records)
        if employer is not None:
            employers.append(employer)
    return employers


def side_by_side(left: pa.Table, right: pa.Table) -> list[dict[str, Any]]:
    """Rows of two tables that hold the same records, joined by record_key, sorted by it."""
    ours = {row["record_key"]: row for row in left.to_pylist()}
    rows = [ours[row["record_key"]] | row for row in right.to_pylist()]
    return sorted(rows, key=lambda row: row["record_key"])

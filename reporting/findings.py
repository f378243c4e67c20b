"""Reads what the Friday meeting looks at out of the warehouse, and puts it in order.

Only reading, ranking and numbering belong here; wording and layout do not. The order is the one of
value: what a meeting of thirty minutes cannot reach must be what matters least.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from reporting.decisions_received import QUERY as _RECEIVED
from reporting.decisions_received import Received
from reporting.friday_rules import CLASSES, REVIEW_RULES, RULES, class_of

TOKYO = ZoneInfo("Asia/Tokyo")
_SEVERITIES = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True)
class Record:
    """A source record as it stands in its system, to be shown beside a finding."""

    record_key: str
    source_system: str
    source_object: str
    source_id: str
    display_name: str | None = None
    company_name: str | None = None
    department: str | None = None
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    owner: str | None = None
    state: str | None = None
    amount_jpy: int | None = None
    closes_on: date | None = None
    created_on: date | None = None
    updated_on: date | None = None


@dataclass(frozen=True)
class Person:
    """The person a finding is about."""

    person_id: str
    full_name: str | None
    company_name: str | None
    stage: str | None
    score: int
    score_label: str | None


@dataclass(frozen=True)
class Finding:
    """One open row of `hygiene_findings` with what is needed to show and decide it."""

    finding_id: str
    rule_id: str
    friday_class: str
    severity: str
    source_system: str
    source_object: str
    source_id: str
    what_ja: str
    person_id: str | None = None
    account_id: str | None = None
    opportunity_id: str | None = None
    attribute: str | None = None
    owner: str | None = None
    current_value: str | None = None
    proposed_value: str | None = None
    proposed_from: str | None = None
    evidence: tuple[str, ...] = ()
    first_seen_on: date | None = None
    priority: int | None = None
    value: int = 0
    number: str = ""
    record: Record | None = None
    person: Person | None = None

    @property
    def record_key(self) -> str:
        """Key of the record the finding is about."""
        return f"{self.source_system}:{self.source_object}:{self.source_id}"

    @property
    def subject(self) -> str:
        """What stands together in the report: a person, a company or a deal."""
        return self.opportunity_id or self.person_id or self.account_id or self.record_key


@dataclass(frozen=True)
class Freshness:
    """How recent one source is, over all its resources."""

    source: str
    status: str
    last_loaded_at: datetime | None
    rows: int


@dataclass(frozen=True)
class FridayFindings:
    """Everything the Friday report and the workbook show."""

    findings: tuple[Finding, ...]
    records: dict[str, Record]
    counts: dict[str, int]
    previous_counts: dict[str, int] | None
    checked: dict[str, int]
    fixed: dict[str, int]
    new: dict[str, int]
    freshness: tuple[Freshness, ...] = field(default=())
    received: tuple[Received, ...] = field(default=())
    person_of: dict[str, str] = field(default_factory=dict)

    def of_rule(self, rule_id: str) -> list[Finding]:
        """Open findings of a rule, most valuable first."""
        return [finding for finding in self.findings if finding.rule_id == rule_id]

    def rules_of(self, friday_class: str) -> list[str]:
        """Rules of a Friday class that found something, in the order of the meeting."""
        found = {f.rule_id for f in self.findings if f.friday_class == friday_class}
        return [rule for rule in RULES if rule in found] + sorted(found - set(RULES))


def read_friday(warehouse: Path, as_of: datetime) -> FridayFindings:
    """Reads the open findings, last week's counts and the freshness of the sources.

    Args:
        warehouse: The warehouse file; it is opened read-only and closed again.
        as_of: The moment of the report; "this week" is its week in Tokyo.

    Raises:
        LookupError: The hygiene tables are not there yet.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            findings = _rows(connection, _FINDINGS)
            records = {row["record_key"]: Record(**row) for row in _rows(connection, _RECORDS)}
            history = _rows(connection, _HISTORY, [as_of.astimezone(TOKYO).date()])
            freshness = _freshness(_rows(connection, _FRESHNESS))
            person_of = dict(connection.execute(_PERSONS).fetchall())
            received = tuple(Received(**row) for row in _rows(connection, _RECEIVED))
        except duckdb.CatalogException as error:
            raise LookupError(
                f"{warehouse.name} has no hygiene tables yet: run the job sync first"
            ) from error
    ranked = _numbered(_ranked([_finding(row, records) for row in findings]))
    counts = dict.fromkeys(RULES, 0) | dict(Counter(f.rule_id for f in ranked))
    return FridayFindings(
        findings=tuple(ranked), records=records, counts=counts, freshness=freshness,
        received=received, person_of=person_of, **_weeks(history),
    )  # fmt: skip


_FINDINGS = """
    select
        f.finding_id, f.rule_id, f.severity, f.person_id, f.account_id, f.opportunity_id,
        f.source_system, f.source_object, f.source_id, f.attribute, f.owner, f.what_ja,
        f.current_value, f.proposed_value, f.proposed_from, f.evidence, f.first_seen_on, f.priority,
        p.full_name, p.company_name, p.stage, coalesce(p.score, 0)::bigint as score,
        p.score_label, coalesce(a.person_count, 0)::bigint as person_count,
        coalesce(o.amount_jpy, 0)::bigint as amount_jpy
    from mart.hygiene_findings as f
    left join mart.persons as p on f.person_id = p.person_id
    left join mart.accounts as a on f.account_id = a.account_id
    left join mart.opportunities as o on f.opportunity_id = o.opportunity_id
    where f.status = 'open'
"""
_RECORDS = """
    select
        record_key, source_system, source_object, source_id, display_name, company_name,
        department, title, email, phone, owner, state, amount_jpy, closes_on,
        timezone('Asia/Tokyo', created_at)::date as created_on,
        timezone('Asia/Tokyo', updated_at)::date as updated_on
    from hygiene.hygiene_records
"""
_PERSONS = """
    select records.record_key, sources.person_id
    from hygiene.hygiene_records as records
    inner join intermediate.int_person_sources_assigned as sources
        on records.record_key = sources.record_key
"""
# The week of the report first, then the last one before it.
_HISTORY = """
    select
        rule_id, checked, failed, fixed_since_last, new_since_last,
        week_start_on = date_trunc('week', $1::date)::date as is_this_week
    from mart.hygiene_history
    where
        week_start_on = date_trunc('week', $1::date)::date
        or week_start_on = (
            select max(week_start_on) from mart.hygiene_history
            where week_start_on < date_trunc('week', $1::date)::date
        )
"""
_FRESHNESS = """
    select
        source, status, timezone('Asia/Tokyo', last_loaded_at) as last_loaded_at,
        coalesce("rows", 0)::bigint as row_count
    from mart.data_freshness
    order by source
"""


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None
) -> list[dict[str, Any]]:
    result = connection.execute(query, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _finding(row: dict[str, Any], records: dict[str, Record]) -> Finding:
    person = Person(
        person_id=row["person_id"],
        **{name: row.pop(name) for name in
           ("full_name", "company_name", "stage", "score", "score_label")},
    )  # fmt: skip
    amount, people = row.pop("amount_jpy"), row.pop("person_count")
    evidence = tuple((row.pop("evidence") or "").splitlines())
    value = amount if row["opportunity_id"] else person.score if row["person_id"] else people
    key = f"{row['source_system']}:{row['source_object']}:{row['source_id']}"
    return Finding(
        **row,
        evidence=evidence,
        friday_class=class_of(row["rule_id"]),
        value=value,
        record=records.get(key) or _act_record(key, row, person),
        person=person if row["person_id"] else None,
    )


def _act_record(key: str, row: dict[str, Any], person: Person) -> Record | None:
    """An act is no record of a person: it is shown under the name of who did it."""
    if not row["person_id"]:
        return None
    system, source_object, source_id = key.split(":", 2)
    return Record(
        key, system, source_object, source_id,
        display_name=person.full_name, company_name=person.company_name,
    )  # fmt: skip


def _ranked(findings: list[Finding]) -> list[Finding]:
    """By class and rule, then as the rule says, what matters least last, then by value."""
    order = {rule: place for place, rule in enumerate(RULES)}
    gravest: dict[tuple[str, str], int] = {}
    for f in findings:
        key = (f.rule_id, _together(f))
        gravest[key] = min(gravest.get(key, 9), _SEVERITIES.get(f.severity, 9))
    return sorted(
        findings,
        key=lambda f: (
            CLASSES.index(f.friday_class),
            order.get(f.rule_id, len(order)),
            f.rule_id,
            f.priority if f.priority is not None else 0,
            gravest[f.rule_id, _together(f)] >= _SEVERITIES["low"],
            -f.value,
            _together(f),
            _SEVERITIES.get(f.severity, 9),
            f.record_key,
            f.finding_id,
        ),
    )


def _together(finding: Finding) -> str:
    """What must not be torn apart: a merge by person or company, anything else by record."""
    is_merge = finding.friday_class == "duplicates" and finding.rule_id not in REVIEW_RULES
    return finding.subject if is_merge else finding.record_key


def _numbered(findings: list[Finding]) -> list[Finding]:
    """Gives each finding the number that page and workbook share, as 2-15."""
    seen: Counter[str] = Counter()
    numbered = []
    for finding in findings:
        seen[finding.friday_class] += 1
        number = f"{CLASSES.index(finding.friday_class) + 1}-{seen[finding.friday_class]}"
        numbered.append(Finding(**{**finding.__dict__, "number": number}))
    return numbered


def _weeks(history: list[dict[str, Any]]) -> dict[str, Any]:
    this_week = [row for row in history if row["is_this_week"]]
    previous = [row for row in history if not row["is_this_week"]]
    return {
        "previous_counts": {row["rule_id"]: row["failed"] for row in previous} or None,
        "checked": {row["rule_id"]: row["checked"] for row in this_week},
        "fixed": {row["rule_id"]: row["fixed_since_last"] for row in this_week},
        "new": {row["rule_id"]: row["new_since_last"] for row in this_week},
    }


def _freshness(rows: list[dict[str, Any]]) -> tuple[Freshness, ...]:
    """One line per source: its worst status, its latest load."""
    worst = ("failed", "partial", "off", "ok")
    found = []
    for source in sorted({row["source"] for row in rows}):
        own = [row for row in rows if row["source"] == source]
        statuses = {row["status"] for row in own}
        loads = [row["last_loaded_at"] for row in own if row["last_loaded_at"]]
        found.append(
            Freshness(
                source=source,
                status=next((s for s in worst if s in statuses), "failed"),
                last_loaded_at=max(loads, default=None),
                rows=sum(row["row_count"] for row in own),
            )
        )
    return tuple(found)

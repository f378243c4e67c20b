"""The raw facts of a warehouse as plain Python values, for recomputing by hand.

Belongs here: reading raw tables and who-is-who, nothing decided. Must not: use a model of ours
beyond identity and survivorship, whose results are the inputs of the lifecycle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb

TOKYO = timezone(timedelta(hours=9))
Row = dict[str, Any]


@dataclass
class Facts:
    """Everything that the lifecycle of all persons depends on."""

    as_of: datetime
    tables: dict[str, list[Row]]
    persons: dict[str, Row]
    person_of: dict[str, str]
    account_of: dict[str, str]
    person_of_mail: dict[str, str] = field(default_factory=dict)
    sales_users: set[str] = field(default_factory=set)
    records_of: dict[str, list[Row]] = field(default_factory=dict)
    accounts: dict[str, Row] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        """The rows of a raw table, by its full name."""
        return self.tables[table]


TABLES = (
    "raw_salesforce.lead", "raw_salesforce.contact", "raw_salesforce.opportunity",
    "raw_salesforce.opportunity_contact_role", "raw_salesforce.campaign",
    "raw_salesforce.campaign_member", "raw_salesforce.task", "raw_salesforce.event",
    "raw_salesforce.user", "raw_salesforce.user_role", "raw_salesforce.lead_history",
    "raw_salesforce.contact_history", "raw_salesforce.opportunity_field_history",
    "raw_salesforce.opportunity_history", "raw_hubspot.contact", "raw_hubspot.form",
    "raw_hubspot.form_submission", "raw_hubspot.event", "raw_hubspot.email_event",
    "raw_marketo.activity", "raw_marketo.program", "raw_marketo.program_membership",
    "raw_typeform.form", "raw_typeform.response", "raw_sansan.biz_card", "raw_card_files.row",
    "raw_web_forms.submission",
)  # fmt: skip


def midnight(day: date | None) -> datetime | None:
    """00:00 in Tokyo of a date, in UTC."""
    return datetime.combine(day, time(), TOKYO).astimezone(UTC) if day else None


def read_facts(warehouse: Path, as_of: datetime) -> Facts:
    """Read a warehouse that dbt has built."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        tables = {name: _rows(con, f"select * from {_quoted(name)}") for name in TABLES}
        survived = _rows(con, "select * from intermediate.int_persons_survived")
        sources = _rows(con, "select * from intermediate.int_person_sources_assigned")
        records = _rows(con, "select * from intermediate.int_person_records_unioned")
        accounts = _rows(con, "select * from intermediate.int_account_sources_assigned")
        companies = _rows(con, "select * from intermediate.int_accounts_survived")
    facts = Facts(
        as_of=as_of,
        tables=tables,
        persons={row["person_id"]: row for row in survived},
        person_of={row["record_key"]: row["person_id"] for row in sources},
        account_of={row["record_key"]: row["account_id"] for row in accounts},
    )
    for row in records:
        facts.records_of.setdefault(facts.person_of[row["record_key"]], []).append(row)
    facts.tables["records"] = records
    facts.accounts = {row["account_id"]: row for row in companies}
    facts.person_of_mail = _mail_owners(facts)
    facts.sales_users = _sales_users(facts)
    return facts


def _quoted(name: str) -> str:
    schema, table = name.split(".")
    return f'{schema}."{table}"'


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    result = con.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def _mail_owners(facts: Facts) -> dict[str, str]:
    """Mail address → person: HubSpot's contact first, then the live record made first."""

    def order(row: Row) -> tuple[bool, bool, datetime, str]:
        is_contact = row["source_system"] == "hubspot" and row["source_object"] == "contact"
        created = row["created_at"] or datetime.max.replace(tzinfo=UTC)
        return (not is_contact, bool(row["is_deleted"]), created, row["record_key"])

    owners: dict[str, str] = {}
    for row in sorted(facts.tables["records"], key=order):
        if row["email"] and row["email"].strip():
            owners.setdefault(row["email"].strip().lower(), facts.person_of[row["record_key"]])
    return owners


def _sales_users(facts: Facts) -> set[str]:
    """Users of the departments that the world calls sales."""
    departments = {"営業本部", "インサイドセールス", "フィールドセールス"}
    return {
        user["id"] for user in facts.rows("raw_salesforce.user")
        if user["department"] in departments
    }  # fmt: skip

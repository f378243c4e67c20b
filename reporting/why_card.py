"""The why card: everything that makes a person what the marts say, on one page.

Belongs here: finding the person and reading the lists that the values add up from. Not here: how a
card looks (why_card_page), and why two records are one person (identity).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from reporting.findings import TOKYO

LONGEST_LIST = 200
NEEDED = ("persons", "person_sources", "score_parts", "stage_transitions", "sla_clocks", "routes")

_USER = (
    "(select user_name from staging.stg_salesforce__users as users where {} = user_id_salesforce)"
)
# Section → the columns that people see and the query.
_QUERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "records": (
        ("system", "object", "id", "probability", "reason"),
        """select source_system, source_object, source_id, match_probability, match_reason
        from mart.person_sources where person_id = $1
        order by source_system, source_object, source_id""",
    ),
    "winners": (
        ("field", "value", "system", "object", "id", "rule"),
        """select field, value, source_system, source_object, source_id, rule
        from mart.person_field_winners where person_id = $1 order by field""",
    ),
    "transitions": (
        ("happened_at", "from_stage", "to_stage", "reason"),
        """select happened_at, from_stage, to_stage, reason from mart.stage_transitions
        where person_id = $1 order by transition_number""",
    ),
    "score_parts": (
        ("rule", "points", "occurred_at", "evidence"),
        """select coalesce(rules.rule_name_ja, parts.rule_id), parts.points, parts.occurred_at,
            parts.evidence_key
        from mart.score_parts as parts
        left join agreement.scoring_rules as rules on parts.rule_id = rules.rule_id
        where person_id = $1
        order by parts.points desc, parts.rule_id, occurred_at, evidence_key""",
    ),
    "touches": (
        ("occurred_at", "kind", "channel", "campaign", "content", "touchpoint"),
        """select occurred_at, kind, touches.channel, campaign_name, content, touchpoint_id
        from mart.touchpoints as touches
        left join mart.campaigns as campaigns on touches.campaign_id = campaigns.campaign_id
        where person_id = $1 order by occurred_at desc, touchpoint_id""",
    ),
    "clocks": (
        ("policy", "started_at", "due_at", "met_at", "status", "elapsed_hours", "owner"),
        f"""select policy, started_at, due_at, met_at, status, elapsed_hours,
        coalesce({_USER.format("owner_user_id_salesforce")}, owner_user_id_salesforce)
        from mart.sla_clocks where person_id = $1 order by started_at, due_at, policy""",
    ),
    "route": (
        ("owner", "rule", "reason", "routed_at"),
        f"""select coalesce({_USER.format("owner_user_id_salesforce")}, routes.queue),
        coalesce(rule_name_ja, routes.rule_id), routes.reason, routes.routed_at
        from mart.routes as routes
        left join agreement.routing_rules as rules on routes.rule_id = rules.rule_id
        where person_id = $1""",
    ),
    "credits": (
        ("deal", "model", "channel", "content", "weight", "credit_jpy"),
        """select deals.opportunity_name, credits.model, credits.channel, credits.content,
        credits.weight, credits.credit_jpy from mart.attribution_credits as credits
        inner join mart.touchpoints as touches using (touchpoint_id)
        inner join mart.opportunities as deals using (opportunity_id)
        where touches.person_id = $1
        order by deals.opportunity_id, credits.model, touches.occurred_at""",
    ),
    "pushes": (
        ("happened_at", "system", "object", "id", "field", "old_value", "new_value", "outcome"),
        """select happened_at, system, object, record_id, field, old_value, new_value, outcome
        from state.ledger.push_plans as plans
        inner join mart.person_sources as sources
            on plans.system = sources.source_system and plans.object = sources.source_object
            and plans.record_id = sources.source_id
        where sources.person_id = $1 order by happened_at desc, object, record_id, field""",
    ),
}


class UnknownPerson(Exception):
    """Nobody, or more than one person, is meant; says so in one plain sentence."""


@dataclass(frozen=True)
class Section:
    """One list of the card; `total` counts also the rows that are too many to show."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


@dataclass(frozen=True)
class Card:
    """A person as the marts have them, and the lists behind it."""

    person: dict[str, Any]
    sections: tuple[Section, ...]

    def section(self, name: str) -> Section:
        """One list by its name."""
        return next(section for section in self.sections if section.name == name)


def open_marts(warehouse: Path, state: Path) -> duckdb.DuckDBPyConnection:
    """Opens the warehouse read-only with the state beside it, instants in UTC."""
    con = duckdb.connect(str(warehouse), read_only=True)
    con.execute("set timezone = 'UTC'")
    con.execute(f"attach '{str(state).replace(chr(39), chr(39) * 2)}' as state (read_only)")
    return con


def find_person(con: duckdb.DuckDBPyConnection, named: str) -> str:
    """The person_id that somebody means.

    Args:
        con: made by `open_marts`.
        named: a person_id (also a retired one), `system:object:id` of a record, or a mail address.

    Raises:
        UnknownPerson: there is none, or a mail address belongs to several.
    """
    for ask in (_by_id, _by_record, _by_mail):
        found = ask(con, named.strip())
        if len(found) > 1:
            raise UnknownPerson(f"{len(found)} persons share it: {', '.join(sorted(found))}.")
        if found:
            return found.pop()
    raise UnknownPerson(
        "nobody is known by it; name a person_id, system:object:id of a record, or a mail address."
    )


def _by_id(con: duckdb.DuckDBPyConnection, named: str) -> set[str]:
    return _asked(
        con,
        """select person_id from mart.persons where person_id = $1
        union select current_id from mart.id_redirects
        where entity = 'person' and old_id = $1
            and not exists (select 1 from mart.persons where person_id = $1)
            and current_id in (select person_id from mart.persons)""",
        named,
    )


def _by_record(con: duckdb.DuckDBPyConnection, named: str) -> set[str]:
    return _asked(
        con,
        """select person_id from mart.person_sources
        where source_system || ':' || source_object || ':' || source_id = $1""",
        named,
    )


def _by_mail(con: duckdb.DuckDBPyConnection, named: str) -> set[str]:
    return _asked(
        con,
        """select sources.person_id from mart.person_sources as sources
        inner join intermediate.int_person_records_normalised as records
            on sources.source_system || ':' || sources.source_object || ':' || sources.source_id
            = records.record_key
        where records.email_normalised = lower($1)
            and sources.person_id in (select person_id from mart.persons)""",
        named,
    )


def _asked(con: duckdb.DuckDBPyConnection, query: str, named: str) -> set[str]:
    return {row[0] for row in con.execute(query, [named]).fetchall()}


def read_card(
    con: duckdb.DuckDBPyConnection, person_id: str, *, longest: int = LONGEST_LIST
) -> Card:
    """Reads one card.

    Args:
        con: made by `open_marts`.
        person_id: a person of the mart, as `find_person` returns it.
        longest: rows of a list that are shown; the rest is counted.
    """
    cursor = con.execute(
        "select persons.*, users.user_name as owner_name, accounts.account_name"
        " from mart.persons as persons"
        " left join staging.stg_salesforce__users as users"
        " on persons.owner_user_id_salesforce = users.user_id_salesforce"
        " left join mart.accounts as accounts on persons.account_id = accounts.account_id"
        " where person_id = $1",
        [person_id],
    )
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    if row is None:
        raise UnknownPerson("nobody is known by it.")
    sections = []
    for name, (columns, query) in _QUERIES.items():
        rows = con.execute(query, [person_id]).fetchall()
        sections.append(Section(name, columns, tuple(rows[:longest]), len(rows)))
    return Card(dict(zip(names, row, strict=True)), tuple(sections))


def shown(value: Any, label: Callable[[str, str], str], column: str = "") -> str:
    """A value as people read it: instants and days of Tokyo, shares in per cent, commas."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return label("flags", str(value).lower())
    if isinstance(value, datetime):
        return f"{value.astimezone(TOKYO):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if column in ("probability", "weight") and isinstance(value, float):
        return f"{value:.1%}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    return label(column, str(value))

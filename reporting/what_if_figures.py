"""What a replayed history comes to, read from its warehouse, and what differs between two of them.

Belongs here: MQLs, what became of them, clocks and load, as numbers. Not here: replaying a history
(orchestration), and how the comparison is shown (what_if_page).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from reporting.findings import TOKYO

POLICIES = ("hand_off", "first_contact", "feedback")
NOBODY = ""


@dataclass(frozen=True)
class Lead:
    """A person as one history ends with them.

    Attributes:
        mql_at: their first MQL, UTC; None when they never became one.
        reached: stages reached at or after that MQL.
    """

    name: str
    company: str
    score: int
    stage: str
    mql_at: datetime | None
    mql_reason: str
    reached: frozenset[str]


@dataclass(frozen=True)
class Clocks:
    """The clocks of one policy."""

    met: int = 0
    breached: int = 0
    running: int = 0
    excused: int = 0

    @property
    def compliance(self) -> float | None:
        """met / (met + breached); none when neither is there."""
        judged = self.met + self.breached
        return self.met / judged if judged else None


@dataclass(frozen=True)
class Figures:
    """One history: leads by person_id, clocks by policy, leads per rep (name; '' is a queue)."""

    leads: Mapping[str, Lead]
    clocks: Mapping[str, Clocks]
    load: Mapping[str, int]

    @property
    def mqls(self) -> dict[str, Lead]:
        """The persons who became MQL at some time."""
        return {key: lead for key, lead in self.leads.items() if lead.mql_at}

    @property
    def mqls_per_week(self) -> Counter[date]:
        """First MQLs by the Monday (Tokyo) of their week."""
        return Counter(_monday(lead.mql_at) for lead in self.leads.values() if lead.mql_at)


@dataclass(frozen=True)
class Group:
    """MQLs of one kind and what became of them afterwards."""

    name: str
    size: int
    opportunities: int
    wins: int

    @property
    def opportunity_rate(self) -> float | None:
        """Share that later had a deal; none when nobody is in the group."""
        return self.opportunities / self.size if self.size else None

    @property
    def win_rate(self) -> float | None:
        """Share that later won a deal; none when nobody is in the group."""
        return self.wins / self.size if self.size else None


@dataclass(frozen=True)
class Comparison:
    """Two histories side by side; `gained` and `lost` are person_ids, best score first."""

    before: Figures
    after: Figures
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    groups: tuple[Group, ...]
    weeks: tuple[tuple[date, int, int], ...]


def read_figures(warehouse: Path) -> Figures:
    """Reads one history.

    Args:
        warehouse: a DuckDB file whose marts were built; opened read-only.
    """
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        return Figures(_leads(con), _clocks(con), _load(con))


def _leads(con: duckdb.DuckDBPyConnection) -> dict[str, Lead]:
    rows = con.execute(
        """
        with first_mqls as (
            select person_id, min(happened_at) as mql_at,
                arg_min(reason, happened_at) as mql_reason
            from mart.stage_transitions where to_stage = 'MQL' group by person_id
        ),
        reached as (
            select changes.person_id, list(distinct changes.to_stage) as stages
            from mart.stage_transitions as changes
            inner join first_mqls
                on changes.person_id = first_mqls.person_id
                and changes.happened_at >= first_mqls.mql_at
            group by changes.person_id
        )
        select persons.person_id, coalesce(full_name, ''), coalesce(company_name, ''), score, stage,
            first_mqls.mql_at, coalesce(mql_reason, ''), coalesce(reached.stages, [])
        from mart.persons as persons
        left join first_mqls on persons.person_id = first_mqls.person_id
        left join reached on persons.person_id = reached.person_id
        """
    ).fetchall()
    return {
        key: Lead(name, company, score, stage, mql_at, reason, frozenset(stages))
        for key, name, company, score, stage, mql_at, reason, stages in rows
    }


def _clocks(con: duckdb.DuckDBPyConnection) -> dict[str, Clocks]:
    counted: dict[str, dict[str, int]] = {policy: {} for policy in POLICIES}
    query = "select policy, status, count(*) from mart.sla_clocks group by policy, status"
    for policy, status, count in con.execute(query).fetchall():
        counted.setdefault(policy, {})[status] = count
    return {policy: Clocks(**counts) for policy, counts in counted.items()}


def _load(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    query = """
        select coalesce(users.user_name, routes.owner_user_id_salesforce, ''), count(*)
        from mart.routes as routes
        left join staging.stg_salesforce__users as users
            on routes.owner_user_id_salesforce = users.user_id_salesforce
        group by 1
    """
    return dict(con.execute(query).fetchall())


def compare(before: Figures, after: Figures) -> Comparison:
    """Holds one history against the other."""
    old, new = before.mqls, after.mqls
    gained = _best_first(new, new.keys() - old.keys())
    lost = _best_first(old, old.keys() - new.keys())
    both = tuple(new.keys() & old.keys())
    weekly = before.mqls_per_week, after.mqls_per_week
    weeks = sorted(weekly[0].keys() | weekly[1].keys())
    return Comparison(
        before=before,
        after=after,
        gained=gained,
        lost=lost,
        groups=(
            _group("before", old, tuple(old)),
            _group("after", new, tuple(new)),
            _group("both", new, both),
            _group("gained", new, gained),
            _group("lost", old, lost),
        ),
        weeks=tuple((week, weekly[0][week], weekly[1][week]) for week in weeks),
    )


def _best_first(leads: Mapping[str, Lead], keys: set[str]) -> tuple[str, ...]:
    return tuple(sorted(keys, key=lambda key: (-leads[key].score, key)))


def _group(name: str, leads: Mapping[str, Lead], keys: tuple[str, ...]) -> Group:
    reached = [leads[key].reached for key in keys]
    return Group(
        name,
        len(keys),
        opportunities=sum("Opportunity" in stages for stages in reached),
        wins=sum("Won" in stages for stages in reached),
    )


def _monday(instant: datetime) -> date:
    day = instant.astimezone(TOKYO).date()
    return date.fromordinal(day.toordinal() - day.weekday())

"""A warehouse of any size for the lifecycle benchmark: the made-up world, many times over.

One world of some 3,000 persons goes the honest way (sandbox, ingestion, staging, identity). SQL
then copies every row that belongs to a person or a company: each copy has ids, mail addresses and
mail domains of its own and lies some weeks further back, and page views and opened mails come
several times, on other days, until a person has as many touches as asked for. What belongs to
nobody (users, campaigns, forms) stays as it is. What the Python models of identity wrote is copied
the same way, because how fast those are is measured by identity_scale.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.landing import ensure_raw_tables
from sandbox.world import build_world
from tests.benchmarks.line_records import AS_OF, pull, unify

# Tables of which a company has one set, however many people it knows.
SHARED = {
    "raw_salesforce": {"user", "user_role", "campaign"},
    "raw_hubspot": {"campaign", "form", "owner"},
    "raw_typeform": {"form"},
    "raw_marketo": {"program", "activity_type"},
    "raw_campaign_spend": {"row"},
    "raw_decisions": {"decision"},
    "raw_houjin_bangou": {"corporation"},
}
# Columns that name something of one person or company; every copy gets its own.
_OWN_NAMES = """
    id record_key record_key_a record_key_b source_id resolved_id previous_id row_id token
    lead_id contact_id account_id opportunity_id who_id what_id from_id to_id object_id parent_id
    master_record_id converted_account_id converted_contact_id converted_opportunity_id
    associatedcompanyid conversion_id response_id landing_id submission_id marketo_guid merged_into
"""
OWN = frozenset(_OWN_NAMES.split())
OWN_LISTS = frozenset({"hs_merged_object_ids", "merge_ids"})
# What people do most of all, and what is copied to reach the number of touches.
COMMON_ACTS = {"event": "occurred_at", "email_event": "created_at"}
WEEKS_BACK = 13
DAYS_BACK = 120


@dataclass(frozen=True)
class Base:
    """The world that is copied.

    Attributes:
        persons: living persons that identity found.
        touches: touchpoints of theirs.
        common_touches: those of them that are page views and opened mails in HubSpot.
    """

    folder: Path
    persons: int
    touches: int
    common_touches: int

    def copies(self, people: int) -> int:
        """How often the world is needed for so many persons."""
        return math.ceil(people / self.persons)

    def extra_share(self, touches_per_person: float) -> float:
        """How many more rows each page view and opened mail has to stand for."""
        missing = touches_per_person * self.persons - self.touches
        return max(missing, 0.0) / self.common_touches


def build_base(folder: Path, seed: int) -> Base:
    """Pull a world and find its persons.

    Raises:
        RuntimeError: dbt failed; its last lines are in the message.
    """
    folder.mkdir(parents=True)
    pull(build_world(people=3000, seed=seed, now=AS_OF), folder)
    unify(folder, "+path:models/intermediate/identity", "+int_touchpoints_deduplicated")
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        persons, touches, common = con.execute(
            """
            select
                (select count(*) from intermediate.int_persons_survived),
                count(*),
                count(*) filter (source_object in ('event', 'email_event')
                    and source_system = 'hubspot')
            from intermediate.int_touchpoints_deduplicated
            """
        ).fetchall()[0]
    return Base(folder, persons, touches, common)


def identity_models(folder: Path) -> list[str]:
    """The names of identity's dbt models written in Python, by the folder's manifest."""
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    models = (n for n in manifest["nodes"].values() if n["resource_type"] == "model")
    python = (node for node in models if node["language"] == "python")
    return sorted(node["name"] for node in python if "identity" in node["tags"])


def multiply(base: Base, warehouse: Path, people: int, touches_per_person: float) -> None:
    """Write the raw tables and identity's tables for so many persons into a new warehouse."""
    models = identity_models(base.folder)
    with duckdb.connect(str(warehouse)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("set preserve_insertion_order = false")
        con.execute("set memory_limit = '30%'")
        con.execute(f"attach '{base.folder / 'warehouse.duckdb'}' as base (read_only)")
        con.execute(_COPIES.format(copies=base.copies(people), weeks=WEEKS_BACK))
        for schema, table in _tables(con, models):
            con.execute(f"create schema if not exists {schema}")
            con.execute(f'create table {schema}."{table}" as {_copied(con, schema, table)}')
        for table, moment in COMMON_ACTS.items():
            share = base.extra_share(touches_per_person)
            con.execute(_AGAIN.format(table=table, moment=moment, share=share, days=DAYS_BACK))
        con.execute("drop table copies")
        con.execute("detach base")
    ensure_raw_tables(warehouse)


# The first copy is today's world; the others lie back by whole weeks, so office hours stay.
_COPIES = """
    create temporary table copies as
    select
        case when range = 0 then '' else 'r' || range end as mark,
        to_days(case when range = 0 then 0 else cast(hash(range) % {weeks} as integer) * 7 end)
            as moved
    from range({copies})
"""

# Again on other days: as often as the whole part of the share says, the rest by chance.
_AGAIN = """
    insert into raw_hubspot.{table}
    select acts.* replace (
        id || 'e' || again as id,
        {moment} - to_days(cast(hash(id, again) % {days} as integer) + 1) as {moment}
    )
    from raw_hubspot.{table} as acts
    cross join (select range as again from range(1, cast(ceil({share}) as bigint) + 1)) as times
    where again <= {share} or hash(id, again, 'rest') % 1000 < ({share} % 1) * 1000
"""


def _tables(con: duckdb.DuckDBPyConnection, models: list[str]) -> list[tuple[str, str]]:
    """The raw tables, and the tables of identity that are given."""
    found = con.execute(
        """
        select schema_name, table_name
        from duckdb_tables()
        where database_name = 'base' and not starts_with(table_name, '_dlt') and (
            (starts_with(schema_name, 'raw_') and not ends_with(schema_name, '_staging'))
            or (schema_name = 'intermediate' and list_contains(?, table_name))
        )
        order by all
        """,
        [models],
    ).fetchall()
    return [(schema, table) for schema, table in found]


def _copied(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """The query that copies one table, or takes it as it is when it belongs to nobody."""
    source = f'base.{schema}."{table}"'
    if schema == "raw_landing" or table in SHARED.get(schema, ()):
        return f"select * from {source}"
    columns = con.execute(
        """
        select column_name, data_type from duckdb_columns()
        where database_name = 'base' and schema_name = ? and table_name = ?
        order by column_index
        """,
        [schema, table],
    ).fetchall()
    with_mail = _with_mail(con, source, [name for name, kind in columns if kind == "VARCHAR"])
    chosen = [_expression(name, kind, name in with_mail) for name, kind in columns]
    return f"select {', '.join(chosen)} from {source} cross join copies"


def _with_mail(con: duckdb.DuckDBPyConnection, source: str, texts: list[str]) -> set[str]:
    """The text columns in which mail addresses stand."""
    if not texts:
        return set()
    found = ", ".join(f"bool_or(contains(\"{name}\", '@'))" for name in texts)
    flags = con.execute(f"select {found} from {source}").fetchall()[0]
    return {name for name, flag in zip(texts, flags, strict=True) if flag}


def _expression(name: str, kind: str, has_mail: bool) -> str:
    """A column of a copy: another id, another mail domain, another time, or the same."""
    column = f'"{name}"'
    if name in OWN_LISTS:
        return f"regexp_replace({column}, '[^;,\\[\\] ]+', '\\0' || mark, 'g') as {column}"
    if name in OWN and kind == "VARCHAR":
        return f"{column} || mark as {column}"
    if has_mail:
        domain = "case mark when '' then '@' else '@' || mark || '.' end"
        return f"replace({column}, '@', {domain}) as {column}"
    if kind.startswith("TIMESTAMP") and name != "_loaded_at":
        return f"{column} - moved as {column}"
    if kind == "DATE":
        return f"cast({column} - moved as date) as {column}"
    return column

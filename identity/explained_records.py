"""Gathers from the tables of a run what explains some records.

Here belong the questions asked of the tables. Not here: what follows (`explanation`), or where the
databases lie: they come in opened.
"""

from collections.abc import Collection, Iterable
from typing import Any

import duckdb

from identity.decision_tables import VERDICTS
from identity.decisions import Verdict
from identity.explanation import (
    Case,
    Compared,
    Decided,
    Record,
    Redirect,
    Registered,
    compared_of,
)
from identity.written_forms import fold_width

# A person of more records than this has no use for a line about each pair.
LARGEST_CASE = 5_000
_PERSON_VALUES = {
    "name": "full_name_normalised",
    "mail": "email_normalised",
    "mobile": "mobile_e164",
    # a mobile in the field of the landline is compared as a mobile
    "landline": "case when phone_e164 is distinct from mobile_e164 then phone_e164 end",
    "employer": "company_name_normalised",
    "postal": "postal_code_normalised",
}
_COMPANY_VALUES = {
    "会社名": "company_name_normalised",
    "法人格": "company_legal_form",
    "法人番号": "corporate_number_normalised",
    "ドメイン": "domain_normalised",
    "電話": "phone_e164",
    "都道府県": "prefecture_normalised",
}
_SOURCES = {
    "person": ("int_person_records_normalised", _PERSON_VALUES),
    "account": ("int_company_records_normalised", _COMPANY_VALUES),
}
_COMPANY_OBJECTS = {("salesforce", "account"), ("hubspot", "company")}


class UnknownRecord(Exception):
    """No record of that name was resolved; the text names near ones."""


def is_company_record(key: str) -> bool:
    """Whether a record key names a company's record rather than a person's."""
    return tuple(key.split(":")[:2]) in _COMPANY_OBJECTS


def find_key(con: duckdb.DuckDBPyConnection, given: str) -> str:
    """The record key that somebody means.

    Args:
        con: The warehouse, open for reading.
        given: A record key, the id of a record where only one has it, or an id of ours, also one
            that was merged into another since.

    Raises:
        UnknownRecord: there is none, or more than one.
    """
    rows = con.execute(
        """
        select distinct record_key from intermediate.int_records_resolved
        where record_key = $1 or source_id = $1
            or lower(source_system || ':' || source_object) || ':' || source_id = $2
        order by record_key = $1 desc, record_key
        limit 6
        """,
        [given.strip(), _folded(given)],
    ).fetchall()
    keys = [key for (key,) in rows] or _anchors(con, given.strip())
    if given.strip() in keys or len(keys) == 1:
        return str(keys[0])
    if keys:
        raise UnknownRecord(f"{given} はいくつもあります: {', '.join(keys)}")
    raise UnknownRecord(
        f"{given} というレコードはありません。system:object:id の形(例 salesforce:lead:00Q…)で"
        f"指定してください。{_known_objects(con)}"
    )


def _anchors(con: duckdb.DuckDBPyConnection, resolved_id: str) -> list[str]:
    """The first record of a person or company."""
    rows = con.execute(
        """
        select record_key from intermediate.int_records_resolved
        where is_anchor and resolved_id in (
            select $1
            union
            select current_id from mart.id_redirects where old_id = $1 and reason = '統合'
        )
        """,
        [resolved_id],
    ).fetchall()
    return [key for (key,) in rows]


def _folded(given: str) -> str:
    system, _, rest = given.strip().partition(":")
    kind, _, source_id = rest.partition(":")
    return f"{system.lower()}:{kind.lower()}:{source_id}"


def _known_objects(con: duckdb.DuckDBPyConnection) -> str:
    rows = con.execute("""
        select distinct source_system || ':' || source_object from intermediate.int_records_resolved
        order by 1
    """).fetchall()
    return f"あるのは {', '.join(kind for (kind,) in rows)} です。"


def read_case(con: duckdb.DuckDBPyConnection, keys: Collection[str]) -> Case:
    """Everything that explains where some records belong.

    Args:
        con: The warehouse, open for reading.
        keys: One or two record keys; with a company's record among them their companies are
            explained, else their persons.

    Raises:
        UnknownRecord: one of them leads to no company, or was not resolved.
    """
    entity = "account" if any(map(is_company_record, keys)) else "person"
    members = _members(con, entity, keys)
    lacking = sorted(set(keys) - members.keys())
    if lacking:
        noun = {"person": "人物", "account": "会社"}[entity]
        raise UnknownRecord(f"{', '.join(lacking)} から分かる{noun}はありません。")
    places = {record.place for record in members.values()}
    compared = _person_pairs(con, places) if entity == "person" else _company_pairs(con, places)
    ids = {record.resolved_id for record in members.values()}
    register = _register(con, members.values()) if entity == "account" else None
    decisions = _decisions(con, members.keys())
    return Case(members, compared, decisions, _redirects(con, ids), register)


def _members(
    con: duckdb.DuckDBPyConnection, entity: str, keys: Collection[str]
) -> dict[str, Record]:
    """The records of the persons or companies of some records."""
    place = "nodes.node" if entity == "person" else "found.statement"
    places = "int_person_nodes as nodes" if entity == "person" else "int_employers_found as found"
    rows = con.execute(
        f"""
        select resolved.record_key, resolved.resolved_id, resolved.match_reason,
            resolved.match_probability, coalesce({place}, resolved.record_key)
        from intermediate.int_records_resolved as resolved
        left join intermediate.{places} using (record_key)
        where entity = $1 and resolved_id in (
            select resolved_id from intermediate.int_records_resolved
            where entity = $1 and record_key in (select unnest($2))
        )
        order by resolved.record_key limit {LARGEST_CASE}
        """,
        [entity, list(keys)],
    ).fetchall()
    found = [row[0] for row in rows]
    values, faces = _values(con, entity, found), _faces(con, found)
    return {
        key: Record(
            key=key,
            entity=entity,
            resolved_id=resolved_id,
            reason=reason,
            probability=probability,
            place=at,
            values=values.get(key, {}),
            face=faces[key][0],
            is_company=is_company_record(key),
            is_deleted=faces[key][1],
        )
        for key, resolved_id, reason, probability, at in rows
    }


def _values(
    con: duckdb.DuckDBPyConnection, entity: str, keys: list[str]
) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    # what a person's record says of a company is compared like a company's record
    for table in dict.fromkeys((_SOURCES["person"][0], _SOURCES[entity][0])):
        columns = _SOURCES[entity][1]
        rows = con.execute(
            f"select record_key, {', '.join(columns.values())} from intermediate.{table}"
            " where record_key in (select unnest(?))",
            [keys],
        ).fetchall()
        found |= {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}
    return found


def _faces(con: duckdb.DuckDBPyConnection, keys: list[str]) -> dict[str, tuple[str, bool]]:
    """How people know the records, and whether they are deleted."""
    rows = con.execute(
        """
        select record_key, concat_ws(' | ', full_name, company_name, email), is_deleted
        from intermediate.int_person_records_unioned where record_key in (select unnest($1))
        union all
        select record_key, concat_ws(' | ', company_name, domain), is_deleted
        from intermediate.int_company_records_unioned where record_key in (select unnest($1))
        """,
        [keys],
    ).fetchall()
    return {key: (fold_width(face), bool(is_deleted)) for key, face, is_deleted in rows}


def prior_of(con: duckdb.DuckDBPyConnection) -> float | None:
    """What every weighed pair of a run has in common; none if no pair was weighed."""
    weights = [row[0] for row in con.execute("""
        select column_name from information_schema.columns
        where table_schema = 'intermediate' and table_name = 'int_person_pairs_compared'
            and starts_with(column_name, 'weight_')
    """).fetchall()]  # fmt: skip
    parts = " + ".join(f"coalesce({name}, 0)" for name in weights)
    row = con.execute(f"""
        select round(median(match_weight - ({parts})), 6)
        from intermediate.int_person_pairs_compared where abs(match_weight) < 60
    """).fetchone()
    return row[0] if row else None


def _dicts(found: duckdb.DuckDBPyConnection) -> Iterable[dict[str, Any]]:
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _person_pairs(con: duckdb.DuckDBPyConnection, places: set[str]) -> list[Compared]:
    prior = prior_of(con)
    found = con.execute(
        """
        select * from intermediate.int_person_pairs_compared
        where record_key_a in (select unnest($1)) and record_key_b in (select unnest($1))
        """,
        [sorted(places)],
    )
    return [compared_of(row, prior) for row in _dicts(found)]


def _company_pairs(con: duckdb.DuckDBPyConnection, places: set[str]) -> list[Compared]:
    """The steps that made the companies one, and what was told of their records directly."""
    steps = con.execute(
        """
        with recursive steps as (
            select tie.one, tie.other, tie.reason
            from (select unnest(ties) as tie from intermediate.int_employers_found)
        ),
        reached as (
            select unnest($1) as place
            union
            select case when steps.one = reached.place then steps.other else steps.one end
            from reached inner join steps on reached.place in (steps.one, steps.other)
        )
        select one, other, 'joined', reason, null, null
        from steps where one in (select place from reached)
        union all
        select record_key_a, record_key_b, verdict, evidence, match_probability, veto
        from intermediate.int_company_pairs_compared
        where record_key_a in (select unnest($1)) and record_key_b in (select unnest($1))
        order by all
        """,
        [sorted(places)],
    ).fetchall()
    return [
        Compared(one, other, verdict, evidence, probability, veto=veto)
        for one, other, verdict, evidence, probability, veto in steps
    ]


def _register(
    con: duckdb.DuckDBPyConnection, records: Iterable[Record]
) -> dict[str, Registered | None] | None:
    """What the public register says of the numbers of some records; none if nobody loaded it."""
    stated = {number for one in records if (number := one.values.get("法人番号"))}
    if not con.execute("select 1 from intermediate.int_corporations_found limit 1").fetchall():
        return None
    rows = con.execute(
        """
        select corporate_number, any_value(registered_name), list(distinct core),
            any_value(surviving_number), any_value(is_closed)
        from intermediate.int_corporations_found
        where corporate_number in (select unnest($1)) group by 1
        """,
        [sorted(stated)],
    ).fetchall()
    found = {
        number: Registered(name, frozenset(cores), surviving, is_closed)
        for number, name, cores, surviving, is_closed in rows
    }
    return {number: found.get(number) for number in stated}


def _decisions(con: duckdb.DuckDBPyConnection, keys: Collection[str]) -> list[Decided]:
    rows = con.execute(
        """
        select record_key_a, record_key_b, kind, decided_at, decided_by, standing
        from intermediate.int_decisions_gathered
        left join intermediate.int_decisions_judged using (decision_id)
        where record_key_a in (select unnest($1)) and record_key_b in (select unnest($1))
        order by decided_at, decision_id
        """,
        [sorted(keys)],
    ).fetchall()
    return [
        Decided(one, other, VERDICTS[kind] is Verdict.SAME, at, by, standing == "holds")
        for one, other, kind, at, by, standing in rows
        if VERDICTS.get(kind) in (Verdict.SAME, Verdict.NOT_SAME)
    ]


def _redirects(con: duckdb.DuckDBPyConnection, ids: set[str]) -> list[Redirect]:
    rows = con.execute(
        """
        with recursive before as (
            select old_id, new_id, happened_at, reason from mart.id_redirects
            where new_id in (select unnest($1))
            union
            select older.old_id, older.new_id, older.happened_at, older.reason
            from mart.id_redirects as older inner join before on older.new_id = before.old_id
        )
        select * from before order by all
        """,
        [sorted(ids)],
    ).fetchall()
    return [Redirect(*row) for row in rows]

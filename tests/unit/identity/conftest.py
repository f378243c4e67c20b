"""Records written by hand, in the columns of the unioned models."""

from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest

from identity.comparisons import NAME_SQL
from identity.normalised_records import normalise_persons
from identity.person_nodes import find_nodes
from identity.reference_lists import ReferenceLists
from identity.resolution import resolve_records
from tests.fixtures.identity.record_tables import (
    COMPANY_COLUMNS,
    PERSON_COLUMNS,
    record_table,
)

LISTS = ReferenceLists.of(
    free_mail_domains=["gmail.com", "freemail.test"],
    placeholder_values=["なし", "個人", "-"],
    test_names=["テスト"],
    test_domains=["example.com"],
)
START = datetime(2026, 4, 1, tzinfo=UTC)


def _table(rows, columns, prefix):
    filled = []
    for number, row in enumerate(rows):
        key = row.get("record_key", f"{prefix}{number}")
        system, kind, source_id = key.split(":", 2)
        base = {
            "record_key": key,
            "source_system": system,
            "source_object": kind,
            "source_id": source_id,
            "created_at": START + timedelta(hours=number),
        }
        filled.append(base | row)
    return record_table(filled, columns)


def resolve(persons, companies=(), registry=None, redirects=None, constraints=()):
    """Rows of the resolution of hand-written records."""
    table = _table(persons, PERSON_COLUMNS, "form:answer:")
    normalised = normalise_persons(table, LISTS)
    result = resolve_records(
        table,
        normalised,
        _table(companies, COMPANY_COLUMNS, "crm:account:"),
        LISTS,
        registry,
        redirects,
        constraints,
    )
    return result.to_pylist()


def together(persons, companies=(), entity="person", constraints=()):
    """The groups of record numbers that were put together, those alone left out."""
    groups = {}
    for row in resolve(persons, companies, constraints=constraints):
        if row["entity"] == entity:
            groups.setdefault(row["resolved_id"], set()).add(row["source_id"])
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)


def _as_case(number, row):
    """The row with the mail domain, company and phone of its case, so that cases do not meet."""
    own = {
        "kakehashi": f"kakehashi-{(chr(97 + number % 26) + chr(97 + number // 26)) * 2}",
        "架橋": f"架橋{chr(0x5000 + 97 * number)}",
        "松風": f"松風{chr(0x5000 + 97 * number)}",
        "1234": f"{2000 + number}",
    }
    for written, by in own.items():
        row = {column: value.replace(written, by) for column, value in row.items()}
    return row


def cases_joined(cases):
    """Of cases of two records each, those whose records became one person; resolved in one go."""
    rows = [
        _as_case(number, row) | {"record_key": f"form:answer:{name}|{at}"}
        for number, (name, pair) in enumerate(sorted(cases.items()))
        for at, row in enumerate(pair)
    ]
    joined = set()
    for group in together(rows):
        names = {source_id.rpartition("|")[0] for source_id in group}
        assert len(names) == 1, f"cases met: {names}"
        joined |= names
    return joined


@pytest.fixture(name="cases_joined", scope="session")
def _cases_joined():
    return cases_joined


def name_levels(pairs):
    """The level of the comparison of each of some pairs of full names."""
    rows = [{"full_name": name} for pair in pairs for name in pair]
    nobody = pa.table(
        {name: pa.array([], pa.string()) for name in ("record_key", "cluster", "home")}
    )
    nodes = find_nodes(
        normalise_persons(_table(rows, PERSON_COLUMNS, "form:answer:"), LISTS), nobody
    )
    with duckdb.connect(":memory:") as con:
        con.register("nodes", nodes)
        return [
            con.execute(
                f"select {NAME_SQL} from nodes as l, nodes as r"
                " where l.record_key = ? and r.record_key = ?",
                [f"form:answer:{2 * at}", f"form:answer:{2 * at + 1}"],
            ).fetchone()[0]
            for at in range(len(pairs))
        ]


@pytest.fixture(name="name_level", scope="session")
def _name_level():
    return name_levels


@pytest.fixture(name="resolve")
def _resolve():
    return resolve


@pytest.fixture(name="together")
def _together():
    return together


@pytest.fixture(name="person_table")
def _person_table():
    return lambda rows: _table(rows, PERSON_COLUMNS, "form:answer:")


@pytest.fixture(name="company_table")
def _company_table():
    return lambda rows: _table(rows, COMPANY_COLUMNS, "crm:account:")


@pytest.fixture(name="lists")
def _lists():
    return LISTS

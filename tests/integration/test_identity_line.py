"""What the real line keeps of identity: winners that stand in their records, reasons, explanations.

A made-up world is pulled over HTTP and unified by the real models; every surviving value is looked
for in the very record that is named as its winner.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import duckdb
import pytest

from identity.mails import normalise_mail
from identity.phones import phone_numbers
from identity.places import normalise_prefecture
from identity.written_forms import fold_width
from orchestration.why import Question, answer
from sandbox.world import build_world
from tests.benchmarks.line_records import AS_OF, PROJECT, pull, unify

pytestmark = pytest.mark.integration

MODELS = (
    "+person_field_winners",
    "+id_redirects",
    "+person_sources",
    "+int_person_employers_reasoned",
    "+int_decisions_judged",
    "+int_company_pairs_compared",
)
Row = dict[str, Any]


@pytest.fixture(name="warehouse", scope="module")
def _warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("identity_line")
    pull(build_world(people=150, seed=31, now=AS_OF), folder)
    with mock.patch.dict(os.environ, {"PYTHONPATH": str(PROJECT.parent)}):
        unify(folder, *MODELS)
    return folder / "warehouse.duckdb"


def rows(warehouse: Path, query: str) -> list[Row]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        found = con.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def bare(text: object) -> str:
    return fold_width(text).replace(" ", "")


def written(*columns: str) -> Callable[[str, Row], bool]:
    """The value stands in one of the columns, apart from widths and blanks."""
    return lambda value, record: any(bare(value) in bare(record.get(name)) for name in columns)


def _mail(value: str, record: Row) -> bool:
    mail = normalise_mail(record["email"])
    return (
        mail is not None and mail.written == value and bare(value) in bare(record["email"]).lower()
    )


def _phone(value: str, record: Row) -> bool:
    return value in phone_numbers(record["phone"]) + phone_numbers(record.get("mobile"))


def _prefecture(value: str, record: Row) -> bool:
    places = (record["prefecture"], record["postal_code"], record["address"])
    return value == normalise_prefecture(*places)


STANDS_IN: dict[str, Callable[[str, Row], bool]] = {
    "full_name": written("full_name"),
    "family_name": written("family_name"),
    "given_name": written("given_name"),
    "email": _mail,
    "phone_e164": _phone,
    "mobile_e164": _phone,
    "company_name": written("company_name"),
    "title": written("title"),
    "department": written("department"),
    "prefecture": _prefecture,
    "employee_count": lambda value, record: value == str(record["employee_count"]),
    "owner_user_id_salesforce": written("owner_id_salesforce"),
}


def test_every_surviving_value_stands_in_the_record_that_is_named(warehouse: Path) -> None:
    records = {
        row["record_key"]: row
        for table in ("person", "company")
        for row in rows(warehouse, f"select * from intermediate.int_{table}_records_unioned")
    }
    industries = {
        row["source_value"]: row["industry"]
        for row in rows(warehouse, "select * from intermediate.int_industries_mapped")
    }
    checked: dict[str, int] = {}
    for row in rows(warehouse, "select * from mart.person_field_winners"):
        record = records[f"{row['source_system']}:{row['source_object']}:{row['source_id']}"]
        field, value = row["field"], row["value"]
        if field == "industry":
            stands = industries[record["industry"]] == value
        else:
            stands = STANDS_IN[field](value, record)
        assert stands, (
            f"{field} of {row['source_system']} {row['source_object']}: not in the record"
        )
        checked[field] = checked.get(field, 0) + 1
    assert checked.keys() == {*STANDS_IN, "industry"}
    assert min(checked.values()) > 10


def test_every_value_of_a_person_has_one_winner_and_the_other_way_round(warehouse: Path) -> None:
    persons = rows(warehouse, "select * from intermediate.int_persons_survived")
    shown = {
        (person["person_id"], field): str(person[field])
        for person in persons
        for field in (*STANDS_IN, "industry")
        if person[field] is not None
    }
    winners = rows(warehouse, "select person_id, field, value from mart.person_field_winners")
    assert {(w["person_id"], w["field"]): w["value"] for w in winners} == shown
    assert len(winners) == len(shown)


def test_every_person_with_a_company_has_a_reason_for_it(warehouse: Path) -> None:
    found = rows(warehouse, """
        select survived.person_id, survived.account_id, account_match_reason
        from intermediate.int_persons_survived as survived
        left join intermediate.int_person_employers_reasoned using (person_id)
    """)  # fmt: skip
    employed = [row for row in found if row["account_id"]]
    assert len(employed) > 80
    assert [row for row in employed if not row["account_match_reason"]] == []
    assert [row for row in found if not row["account_id"] and row["account_match_reason"]] == []


def test_any_two_published_records_can_be_explained(warehouse: Path) -> None:
    sources = rows(warehouse, """
        select source_system || ':' || source_object || ':' || source_id as key, person_id
        from mart.person_sources order by 1
    """)  # fmt: skip
    chance = random.Random(5)
    settings: Any = SimpleNamespace(warehouse=warehouse, data_dir=warehouse.parent)
    for _ in range(12):
        one = chance.choice(sources)
        same = [row for row in sources if row["person_id"] == one["person_id"]]
        for other in (chance.choice(same), chance.choice(sources)):
            told = "\n".join(answer(settings, Question(one["key"], other["key"])))
            is_one = one["person_id"] == other["person_id"]
            if one["key"] == other["key"]:
                assert told.startswith(f"人物 {one['person_id']}")
            else:
                assert ("結論: 同じ人物です" in told) == is_one
                assert one["key"] in told and other["key"] in told


KEPT_MODELS = ("int_person_records_normalised", "int_company_records_normalised",
               "int_company_statements_clustered", "int_employers_found", "int_person_nodes",
               "int_person_meetings", "int_person_pairs_compared")  # fmt: skip


def _tables(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return {name: con.execute(f"from intermediate.{name} order by all").fetchall()
                for name in KEPT_MODELS}  # fmt: skip


def test_a_run_over_the_tables_of_an_earlier_one_finds_the_same(warehouse: Path) -> None:
    before = _tables(warehouse)
    assert all(before.values())
    with mock.patch.dict(os.environ, {"PYTHONPATH": str(PROJECT.parent)}):
        unify(warehouse.parent, *(f"+{name}" for name in KEPT_MODELS))
    assert _tables(warehouse) == before

"""The whole line as its user runs it: from messy vendors to mart, report and push, and again.

One sandbox and one data folder live through the module; the tests run in their order: the first run
does all the work, the second finds nothing to do, the third starts from a deleted warehouse, in the
fourth two sources are out of order.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from reporting.why_card import find_person, open_marts, read_card
from sandbox.testing import running_sandbox
from tests.end_to_end.installation import ROOT, Line
from tests.end_to_end.published_contract import (
    ATTRIBUTION_MODELS,
    FIXED_COLUMNS,
    KEYS,
    SPELLINGS,
    allowed_types,
)

pytestmark = pytest.mark.end_to_end

WRONG_TOKEN = "wrong-but-secret-token"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    data_dir = tmp_path_factory.mktemp("data")
    with running_sandbox(people=300, seed=11, inbox=data_dir / "inbox") as sandbox:
        yield Line(sandbox, data_dir)


def row(output: str, label: str) -> list[str]:
    """The words of the row of the closing table that starts with `label`."""
    rows = [text for text in output.splitlines() if text.startswith(f"  {label} ")]
    assert rows, f"no row {label!r} in:\n{output}"
    return rows[-1][2 + len(label) :].split()


def planned(output: str, object_name: str) -> int:
    return int(row(output, f"salesforce {object_name}")[0].replace(",", ""))


def assert_each_link_opens(page: Path) -> None:
    """The page links why cards, all that are there and each once."""
    cards = re.findall(r'href="(why/[^"]+)"', page.read_text(encoding="utf-8"))
    there = [str(path.relative_to(page.parent)) for path in page.parent.glob("why/**/*.html")]
    assert sorted(set(cards)) == sorted(there) != []


def test_the_first_run_does_the_whole_job(line: Line) -> None:
    """Also after one that was killed in the middle of pulling."""
    assert "pull_hubspot" in line.kill_after("pull_hubspot", "sync")
    ran = line.run("sync", "friday_hygiene")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert planned(ran.stdout, "lead") > 100
    assert planned(ran.stdout, "contact") > 50
    assert line.published("select count(*) from mart.persons")[0][0] > 250
    friday = line.data_dir / "reports" / "friday" / "2026-10-02"
    assert (friday / "report.html").stat().st_size > 10_000
    assert (friday / "decisions.xlsx").stat().st_size > 5_000
    assert_each_link_opens(friday / "report.html")
    assert len(list((friday / "why").iterdir())) > 20
    messages = line.sandbox.admin.messages()
    assert len(messages) == 1


def test_the_values_stand_in_salesforce(line: Line) -> None:
    persons = {
        person_id: (stage, score)
        for person_id, stage, score in line.published(
            "select person_id, stage, score from mart.persons"
        )
    }
    leads = [r for r in line.sandbox.admin.records("salesforce", "Lead") if not r["IsDeleted"]]
    records = [lead for lead in leads if not lead["IsConverted"]]
    records += [
        r for r in line.sandbox.admin.records("salesforce", "Contact") if not r["IsDeleted"]
    ]
    assert len(records) > 150
    for record in records:
        stage, score = persons[record["Kakehashi_Person_Id__c"]]
        assert (record["Lifecycle_Stage__c"], record["Lead_Score__c"]) == (stage, score)


@pytest.mark.parametrize("table", FIXED_COLUMNS)
def test_a_published_table_has_its_fixed_columns(line: Line, table: str) -> None:
    types = dict(
        line.published(
            "select column_name, data_type from duckdb_columns() "
            f"where schema_name = 'mart' and table_name = '{table}'"
        )
    )
    wrong = {
        column: types.get(column)
        for column in FIXED_COLUMNS[table].split()
        if types.get(column) not in allowed_types(column)
    }
    assert wrong == {}
    parquet = line.data_dir / "published" / "parquet" / f"{table}.parquet"
    described = duckdb.sql(f"describe select * from read_parquet('{parquet}')").fetchall()
    assert {column: kind for column, kind, *_ in described} == types
    copied = duckdb.sql(f"select count(*) from read_parquet('{parquet}')").fetchall()
    assert copied == line.published(f"select count(*) from mart.{table}")


def test_tables_of_later_work_are_absent(line: Line) -> None:
    published = "select table_name from duckdb_tables() where schema_name = 'mart'"
    assert {name for (name,) in line.published(published)} == set(FIXED_COLUMNS)
    parquet = (line.data_dir / "published" / "parquet").iterdir()
    assert {path.name for path in parquet} == {f"{name}.parquet" for name in FIXED_COLUMNS}


@pytest.mark.parametrize("table", KEYS)
def test_a_published_table_has_rows_with_one_key_each(line: Line, table: str) -> None:
    key = ", ".join(KEYS[table].split())
    rows, keys = line.published(f"select count(*), count(distinct ({key})) from mart.{table}")[0]
    assert rows == keys
    # a first run retires no id
    assert rows > 0 or table == "id_redirects"
    empty = " or ".join(f"{column} is null" for column in KEYS[table].split())
    assert line.published(f"select count(*) from mart.{table} where {empty}") == [(0,)]


@pytest.mark.parametrize(("table", "column"), SPELLINGS)
def test_published_words_are_spelt_as_agreed(line: Line, table: str, column: str) -> None:
    words = SPELLINGS[table, column]
    query = f"select distinct coalesce({column}, '?') from mart.{table}"
    found = {word for (word,) in line.published(query)}
    assert found <= words
    assert found - {"?"}


def test_parts_add_up_to_their_totals(line: Line) -> None:
    assert not line.published(
        """
        select opportunity_id, model from mart.attribution_credits
        join mart.opportunities using (opportunity_id)
        group by all having sum(credit_jpy) is distinct from max(amount_jpy)
            or abs(sum(weight) - 1) > 1e-9
        """
    )
    deals = line.published("select count(*) from mart.opportunities")[0][0]
    credited = dict(
        line.published(
            "select model, count(distinct opportunity_id) from mart.attribution_credits group by 1"
        )
    )
    assert set(credited) >= ATTRIBUTION_MODELS
    assert set(credited.values()) == {deals}
    assert not line.published(
        """
        select person_id from mart.persons left join mart.score_parts using (person_id)
        group by person_id, score having score is distinct from coalesce(sum(points), 0)
        """
    )


def test_the_second_run_pulls_nothing_twice_and_pushes_nothing(line: Line) -> None:
    people = line.people()
    routes = line.published("select person_id, owner_user_id_salesforce, reason from mart.routes")
    before = [line.sandbox.admin.records("salesforce", name) for name in ("Lead", "Contact")]
    ran = line.run("sync", "friday_hygiene")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert planned(ran.stdout, "lead") == planned(ran.stdout, "contact") == 0
    for source in ("hubspot", "typeform", "sansan", "card_files", "campaign_spend"):
        assert row(ran.stdout, source)[1] == "0", source
    assert line.people() == people
    again = line.published("select person_id, owner_user_id_salesforce, reason from mart.routes")
    assert sorted(again) == sorted(routes)
    after = [line.sandbox.admin.records("salesforce", name) for name in ("Lead", "Contact")]
    assert after == before


def test_a_what_if_shows_the_difference_and_changes_nothing(line: Line) -> None:
    before = line.people()
    published = (line.data_dir / "published" / "kakehashi.duckdb").read_bytes()
    state = (line.data_dir / "state.duckdb").read_bytes()
    proposed = line.data_dir / "stricter"
    proposed.mkdir()
    rules = (ROOT / "dbt_project/seeds/agreement/stage_rules.csv").read_text(encoding="utf-8")
    stricter = rules.replace(",score,>=,30,", ",score,>=,50,")
    (proposed / "stage_rules.csv").write_text(stricter, encoding="utf-8")
    ran = line.run("what_if", AGREEMENT=str(proposed))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lost = re.search(r"MQLでなくなる人: ([0-9,]+)人", ran.stdout)
    assert lost is not None
    assert int(lost[1].replace(",", "")) > 0
    page = Path(ran.stdout.splitlines()[-1])
    assert "score_30, MQL" in page.read_text(encoding="utf-8")
    assert_each_link_opens(page)
    assert line.people() == before
    assert (line.data_dir / "published" / "kakehashi.duckdb").read_bytes() == published
    assert (line.data_dir / "state.duckdb").read_bytes() == state
    assert not (line.data_dir / "what_if").exists()


def test_the_monthly_review_names_people_whose_cards_open(line: Line) -> None:
    published = (line.data_dir / "published" / "kakehashi.duckdb").read_bytes()
    ran = line.run("monthly_definition_review")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    page = line.data_dir / "reports" / "definition_review" / "2026-10-02" / "review.html"
    assert_each_link_opens(page)
    assert (line.data_dir / "published" / "kakehashi.duckdb").read_bytes() == published


def test_every_value_of_a_why_card_recomputes_from_its_lists(line: Line) -> None:
    people = [row[0] for row in line.published("select person_id from mart.persons order by 1")]
    drawn = random.Random(5).sample(people, 60)
    with open_marts(line.data_dir / "warehouse.duckdb", line.data_dir / "state.duckdb") as con:
        cards = [read_card(con, find_person(con, person), longest=10_000) for person in drawn]
    assert [card.person["person_id"] for card in cards] == drawn
    for card in cards:
        person, lists = card.person, {one.name: one.rows for one in card.sections}
        assert all(one.total == len(one.rows) for one in card.sections)
        assert person["score"] == sum(row[1] for row in lists["score_parts"])
        assert (person["stage"], person["stage_reason"]) == lists["transitions"][-1][2:]
        assert person["is_ng"] == any(row[2] == "NG" for row in lists["transitions"])
        assert person["last_touch_at"] == max((row[0] for row in lists["touches"]), default=None)
        values = {row[0]: row[1] for row in lists["winners"]}
        for field in ("full_name", "company_name", "title", "email", "prefecture"):
            assert (person[field] or None) == values.get(field), field
        if person["is_untouched"] or person["is_dormant"]:
            assert person["stage"] in ("MQL", "SQL")
            contacts = [row for row in lists["clocks"] if row[0] == "first_contact"]
            assert contacts[-1][3] is None
        if person["stage"] in ("MQL", "SQL"):
            assert len(lists["route"]) == 1


def test_the_command_why_prints_one_page_and_leaves_it_as_html(line: Line) -> None:
    person = line.published("select min(person_id) from mart.persons where stage = 'MQL'")[0][0]
    ran = line.run("why", RECORD=str(person))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "スコアの内訳" in ran.stdout
    assert Path(ran.stdout.splitlines()[-1]).name == f"{person}.html"
    nobody = line.run("why", RECORD="nobody@example.com")
    assert (nobody.returncode, "nobody is known by it" in nobody.stderr) == (1, True)


def test_a_deleted_warehouse_comes_back_with_the_same_ids_and_no_push(line: Line) -> None:
    people = line.people()
    (line.data_dir / "warehouse.duckdb").unlink()
    ran = line.run("sync")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert planned(ran.stdout, "lead") == planned(ran.stdout, "contact") == 0
    assert line.people() == people


def test_sources_out_of_order_are_reported_and_the_rest_goes_on(line: Line) -> None:
    people = line.people()
    line.sandbox.admin.faults({"match": {"vendor": "hubspot"}, "fault": "status", "status": 500})
    try:
        ran = line.run("sync", TYPEFORM_TOKEN=WRONG_TOKEN)
    finally:
        line.sandbox.admin.clear_faults()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "failed" in row(ran.stdout, "hubspot")[-1]
    assert "failed" in row(ran.stdout, "typeform")[-1]
    status = dict(
        line.published("select source, min(status) from mart.data_freshness group by source")
    )
    assert status.pop("hubspot") == status.pop("typeform") == "failed"
    # the public register is off without its files
    assert status.pop("houjin_bangou") == "off"
    assert set(status.values()) == {"ok"}
    assert line.people() == people
    assert planned(ran.stdout, "lead") == planned(ran.stdout, "contact") == 0


def test_no_secret_lies_about(line: Line) -> None:
    """Neither the working nor the refused credentials, in any file that the runs have left."""
    told = line.sandbox.environment
    secrets = [
        told[name] for name in told if name.endswith(("TOKEN", "SECRET", "API_KEY", "HOOK_URL"))
    ]
    assert len(secrets) >= 4
    sought = [secret.encode() for secret in (*secrets, WRONG_TOKEN)]
    files = [path for path in line.data_dir.rglob("*") if path.is_file()]
    assert any(path.name == "run.log" for path in files)
    guilty = [path for path in files for secret in sought if secret in path.read_bytes()]
    assert guilty == []

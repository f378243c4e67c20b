"""The same Salesforce read over REST and in bulk gives the same raw table, whatever breaks."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from ingestion.pipeline import load_source
from ingestion.sources.salesforce.contract import TABLES
from sandbox.testing import HandMadeWorld, running_sandbox

pytestmark = pytest.mark.integration

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
READ = "ingestion.sources.salesforce"
COUNT = 260
READ_ONCE: dict[str, Any] = {}
LONG = "長い話。" * 8_000  # 32,000 characters
TEXTS = [
    "NA",
    "NULL",
    "null",
    "#N/A",
    "nan",
    "0012345",
    "1.21E7",
    "true",
    "2026-01-02",
    '"quoted", and "so on"',
    "line one\nline two\r\nline three",
    "𠮷田商店 😀",
    "tab\tand\x0bvertical",
    " leading and trailing ",
    "\\N",
    "-",
    LONG,
]


def lead_id(number: int) -> str:
    return f"00Q{number:012d}EAA"


def leads() -> list[dict[str, Any]]:
    rows = []
    for number, text in zip(range(COUNT), itertools.cycle(TEXTS), strict=False):
        at = f"2026-08-01T{number % 24:02}:{number % 60:02}:00.000+0000"
        rows.append(
            {
                "Id": lead_id(number),
                "CreatedDate": at,
                "SystemModstamp": at,
                "LastModifiedDate": at,
                "LastName": text[:80],
                "Company": text[:80] if number % 2 else None,
                "Sales_Comment__c": text,
                "Country": "NA",
                "PostalCode": f"{number:07d}",
                "AnnualRevenue": [None, 0.0, 12_100_000.0, 0.1, 1e15, -2.5][number % 6],
                "NumberOfEmployees": [None, 0, 12_100_000, 50][number % 4],
                "ConvertedDate": "2026-08-02" if number % 3 == 0 else None,
                "MQL_At__c": at if number % 5 == 0 else None,
                "Need_Is_Clear__c": number % 2 == 0,
                "IsDeleted": number % 40 == 0,
                "MasterRecordId": lead_id(1) if number % 80 == 0 else None,
            }
        )
    return rows


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox(world=HandMadeWorld(salesforce={"Lead": leads()})) as running:
        yield running


@pytest.fixture(autouse=True)
def environment(sandbox, monkeypatch, tmp_path):
    sandbox.admin.clear_faults()
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.0)
    monkeypatch.setattr("vendors.salesforce_bulk.PAGE_ROWS", 70)
    few = tuple(one for one in TABLES if one.resource == "lead")
    monkeypatch.setattr(f"{READ}.TABLES", few)
    monkeypatch.setattr(f"{READ}.contract.TABLES", few)
    monkeypatch.setattr("ingestion.landing.SOURCES", ("salesforce",))
    agreement = tmp_path / "agreement"
    agreement.mkdir()
    (agreement / "field_mappings.csv").write_text("system,object,field,data_type\n")
    yield
    sandbox.admin.clear_faults()


@pytest.fixture
def load(tmp_path, monkeypatch):
    def run(bulk=True, folder="data"):
        monkeypatch.setattr(f"{READ}.objects.BULK_FROM_ROWS", 1 if bulk else 10**9)
        report = load_source(
            "salesforce",
            data_dir=tmp_path / folder,
            inbox_dir=tmp_path / "inbox",
            as_of=AS_OF,
            agreement_dir=tmp_path / "agreement",
        )
        return report.resources[0] if report.resources else report

    return run


@pytest.fixture
def raw(tmp_path):
    def table(folder="data"):
        with duckdb.connect(str(tmp_path / folder / "warehouse.duckdb")) as con:
            con.execute("SET TimeZone = 'UTC'")
            return con.execute(
                "SELECT * EXCLUDE _loaded_at FROM raw_salesforce.lead ORDER BY id"
            ).fetchall()

    return table


@pytest.fixture
def over_rest(sandbox, load, raw):
    """The table as REST gives it, read once; the tests that use it change no record."""

    def table():
        if "rest" not in READ_ONCE:
            sandbox.admin.clear_faults()
            load(bulk=False, folder="rest")
            READ_ONCE["rest"] = raw("rest")
        return READ_ONCE["rest"]

    return table


@pytest.fixture
def deleted(tmp_path):
    def ids():
        with duckdb.connect(str(tmp_path / "data" / "warehouse.duckdb")) as con:
            found = con.execute("SELECT id FROM raw_salesforce.lead WHERE is_deleted").fetchall()
        return {row[0] for row in found}

    return ids


def asked(sandbox, ending):
    return sum(
        n for path, n in sandbox.admin.requests()["by_path"].items() if path.endswith(ending)
    )


def test_both_ways_give_the_same_table_to_the_byte(sandbox, load, raw, tmp_path):
    sandbox.admin.reset_requests()
    assert load(bulk=True, folder="bulk").rows_loaded == COUNT
    assert (asked(sandbox, "/jobs/query"), asked(sandbox, "/results")) == (1, 4)
    assert load(bulk=False, folder="rest").rows_loaded == COUNT
    assert asked(sandbox, "/jobs/query") == 1
    assert raw("bulk") == raw("rest")
    with duckdb.connect(str(tmp_path / "bulk" / "warehouse.duckdb")) as con:
        names = "sales_comment__c, country, postal_code, annual_revenue, number_of_employees"
        rows = con.execute(f"SELECT {names} FROM raw_salesforce.lead ORDER BY id").fetchall()
    assert [row[0] for row in rows] == [row["Sales_Comment__c"] for row in leads()]
    assert {row[1] for row in rows} == {"NA"}
    assert rows[1][2] == "0000001"
    assert {row[3] for row in rows} == {None, 0.0, 12_100_000.0, 0.1, 1e15, -2.5}
    assert {row[4] for row in rows} == {None, 0, 12_100_000, 50}


RESULTS = {"path_regex": "/results"}
FAULTS = [
    {"match": RESULTS, "fault": "expired_token", "skip": 1, "times": 1},
    {"match": RESULTS, "fault": "cut_middle", "skip": 1, "times": 1},
    {"match": RESULTS, "fault": "truncate", "skip": 1, "times": 1},
    {"match": RESULTS, "fault": "drop_rows", "rows": 3, "skip": 1, "times": 1},
    {"match": RESULTS, "fault": "status", "status": 503, "skip": 1, "times": 2},
    {"match": {"path_regex": "/jobs/query$"}, "fault": "cut_after", "times": 1},
    {"match": {"path_regex": "/jobs/query/[^/]+$"}, "fault": "expired_token", "times": 1},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["fault"])
def test_a_passing_fault_within_a_bulk_query_is_waited_out(sandbox, load, raw, over_rest, fault):
    sandbox.admin.faults(fault)
    done = load()
    assert (done.status, done.error) == ("ok", None)
    assert [rule["hits"] for rule in sandbox.admin.faults()] == [fault.get("times")]
    assert raw() == over_rest()


LASTING = [
    {"match": RESULTS, "fault": "quota", "skip": 2},
    {"match": RESULTS, "fault": "status", "status": 500, "skip": 2},
    {"match": RESULTS, "fault": "end_early", "skip": 1, "times": 1},
]


@pytest.mark.parametrize("fault", LASTING, ids=lambda fault: fault["fault"])
def test_a_result_that_breaks_off_ends_complete_in_the_next_run(
    sandbox, load, raw, over_rest, fault
):
    sandbox.admin.faults(fault)
    broken = load()
    assert broken.status == "failed"
    assert 0 < broken.rows_total < COUNT
    sandbox.admin.clear_faults()
    assert load().status == "ok"
    assert raw() == over_rest()


def test_a_spent_budget_stops_politely_and_the_next_run_goes_on(
    sandbox, load, raw, over_rest, monkeypatch
):
    monkeypatch.setenv("SALESFORCE_API_BUDGET_PCT", "0.001")
    stopped = load()
    assert (stopped.status, stopped.fault, stopped.rows_total) == ("failed", "limit", 0)
    assert "calls of the day are used and the budget is 0.001 %" in stopped.error
    monkeypatch.setenv("SALESFORCE_API_BUDGET_PCT", "")
    assert load().status == "ok"
    assert raw() == over_rest()


def test_changes_double_nothing_and_leave_no_ghosts(sandbox, load, raw, deleted):
    load()
    for number in range(1, 31):
        sandbox.admin.change_record("salesforce", "Lead", lead_id(number), {"Title": "部長"})
    for number in range(41, 46):
        sandbox.admin.delete_record("salesforce", "Lead", lead_id(number))
    before = deleted()
    for number in range(46, 51):
        sandbox.admin.delete_record("salesforce", "Lead", lead_id(number), hard=True)
    load()
    assert load().rows_loaded == 0
    gone = {lead_id(number) for number in range(41, 51)}
    assert deleted() == before | gone
    rows = {row[0]: row for row in raw()}
    assert len(rows) == len(raw()) == COUNT
    assert load(folder="fresh").status == "ok"
    fresh = {row[0]: row for row in raw("fresh")}
    assert {one: row for one, row in rows.items() if one in fresh} == fresh
    assert set(rows) - set(fresh) == {lead_id(number) for number in range(46, 51)}

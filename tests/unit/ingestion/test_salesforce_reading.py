"""Salesforce: every way of reading an object misses nothing, doubles nothing, costs few calls."""

from datetime import UTC, datetime
from functools import partial

import duckdb
import pytest

from ingestion.config import LoadContext
from ingestion.landing import _ensure_table
from ingestion.naming import column_name
from ingestion.raw_tables import survey
from ingestion.resources import Load, _landed
from ingestion.sources.salesforce.contract import TABLES
from ingestion.sources.salesforce.objects import read_object
from tests.fixtures.salesforce_org import IMPOSSIBLE, lead
from vendors.errors import Fault, VendorError

GONE = VendorError("Salesforce", Fault.UNREACHABLE, "The connection was cut.")
SPENT = VendorError("Salesforce", Fault.LIMIT, "The budget is used up.")
AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
LEAD = next(one for one in TABLES if one.resource == "lead")
NAME = "raw_salesforce.lead"
READ = "ingestion.sources.salesforce"


def at(hour, minute=0, second=0):
    return f"2026-09-02T{hour:02}:{minute:02}:{second:02}.000+0000"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The smallest numbers with which every way is taken: pages of two rows, bulk from eight."""
    monkeypatch.setattr(f"{READ}.objects.PROBE_ROWS", 2)
    monkeypatch.setattr(f"{READ}.objects.BULK_FROM_ROWS", 8)


class Warehouse:
    """Loads leads through the core as a pipeline does, but for dlt: its merge is written out."""

    def __init__(self, landing, org, monkeypatch):
        self.context = LoadContext(landing.data_dir, landing.inbox_dir, AS_OF)
        self.org, self.state, self.rejected = org, {}, set()
        landing.data_dir.mkdir()
        with duckdb.connect(str(self.context.warehouse)) as con:
            _ensure_table(con, "raw_salesforce", LEAD, {}, set())
        monkeypatch.setattr("dlt.current.resource_state", lambda: self.state)

    def load(self):
        raw = survey(self.context.warehouse, "salesforce", [LEAD])
        load = Load("salesforce", self.context, raw, rejected_before={"lead": self.rejected})
        outcome = load.outcome("lead")
        read = partial(read_object, self.org, LEAD, {}, load)
        for item in _landed(load, LEAD, read, outcome, compare=True):
            self._merge(getattr(item, "data", item), fills=hasattr(item, "data"))
        self.rejected = {one.source_id for one in outcome.rejected} | self.rejected - outcome.healed
        return outcome

    def empty(self):
        self.state, self.rejected = {}, set()
        with duckdb.connect(str(self.context.warehouse)) as con:
            con.execute(f"DELETE FROM {NAME}")

    def _merge(self, table, fills):
        with duckdb.connect(str(self.context.warehouse)) as con:
            con.register("came", table)
            for column, kind in con.execute(
                "SELECT name, type FROM pragma_table_info('came')"
            ).fetchall():
                con.execute(f'ALTER TABLE {NAME} ADD COLUMN IF NOT EXISTS "{column}" {kind}')
            if not fills:
                con.execute(f"DELETE FROM {NAME} WHERE id IN (SELECT id FROM came)")
            con.execute(f"INSERT INTO {NAME} BY NAME SELECT * FROM came")


@pytest.fixture
def warehouse(landing, org, monkeypatch):
    return Warehouse(landing, org, monkeypatch)


@pytest.fixture
def load(warehouse):
    return warehouse.load


@pytest.fixture
def raw(landing):
    def rows(columns="id, is_deleted"):
        return landing.ask(f"SELECT {columns} FROM raw_salesforce.lead ORDER BY id")

    return rows


def whole(org, raw):
    """Whether raw holds every lead of the org in its present form, and nothing else."""
    names = "id, last_name, email, number_of_employees, own_score__c, is_deleted"
    fields = ("Id", "LastName", "Email", "NumberOfEmployees", "Own_Score__c", "IsDeleted")
    theirs = [tuple(row[one] for one in fields) for row in org.leads.values()]
    return raw(names) == sorted(theirs)


def leads(count, start=0):
    return [lead(start + one, at(one)) for one in range(count)]


class TestCheaply:
    def test_a_run_without_changes_takes_two_calls(self, org, load):
        org.put(*leads(7), lead(90, at(19)))
        load()
        org.calls()
        assert load().rows_loaded == 0
        assert sum(org.calls().values()) == 2

    def test_more_changes_than_the_probe_shows_are_paged(self, org, load, raw):
        org.put(*leads(7))
        load()
        org.calls()
        org.put(*[lead(one, at(19), LastName="鈴木") for one in range(4)])
        assert load().rows_loaded == 4
        assert whole(org, raw)
        assert sum(org.calls().values()) == 2 + 3  # four rows and one within the overlap

    def test_an_object_that_is_too_great_to_sort_is_read_by_its_stamp(self, org, load, raw):
        org.broken["order"] = VendorError("Salesforce", Fault.REFUSED, "Too many rows to sort.")
        org.put(*leads(5))
        load()
        org.put(lead(1, at(19), LastName="鈴木"), lead(7, at(19)))
        org.calls()
        assert load().rows_loaded == 2
        assert whole(org, raw)
        assert any("2026-09-02T03:50:00Z" in soql for soql in org.calls())
        assert load().rows_loaded == 0

    def test_rows_that_come_unsorted_are_not_trusted(self, org, load, raw, monkeypatch):
        monkeypatch.setattr(f"{READ}.objects.PROBE_ROWS", 3)
        org.put(*leads(6))
        load()
        org.put(lead(0, at(19), LastName="鈴木"), lead(3, at(18), LastName="佐藤"))
        sorting = org.rows_of
        org.rows_of = lambda soql, deleted: sorting(soql.replace(" ORDER BY", " --"), deleted)
        assert load().rows_loaded == 2
        assert whole(org, raw)


class TestCompletely:
    def test_many_rows_of_one_stamp_fill_more_than_a_page(self, org, load, raw):
        org.put(*[lead(one, at(1)) for one in range(5)])
        load()
        org.put(*[lead(10 + one, at(1)) for one in range(5)])
        load()
        assert whole(org, raw)

    def test_a_row_that_changes_between_two_pages_is_whole_in_the_next_run(self, org, load, raw):
        org.put(*leads(7))

        def change():
            org.between_pages = lambda: None
            org.put(lead(0, at(19), LastName="鈴木"), lead(6, at(19), LastName="佐藤"))

        org.between_pages = change
        load()
        load()
        assert whole(org, raw)

    @pytest.mark.parametrize("minutes_ahead", [-90, 90])
    def test_the_vendors_clock_may_be_another_than_ours(self, org, load, raw, minutes_ahead):
        hour = 5 + minutes_ahead // 60

        def stamp(minute):
            return f"2026-10-02T{hour:02}:{minute:02}:00.000+0000"

        org.put(*[lead(one, stamp(one)) for one in range(5)])
        later = iter([lead(50, stamp(6)), lead(0, stamp(7), LastName="鈴木")])

        def change():
            for row in later:
                org.put(row)

        org.between_pages = change
        load()
        org.put(lead(51, stamp(20)))
        load()
        assert whole(org, raw)

    def test_a_field_that_appears_fills_all_rows(self, org, load, landing):
        org.put(*leads(5))
        load()
        org.fields["Region__c"] = "string"
        for row in org.leads.values():
            row["Region__c"] = "001"
        load()
        assert landing.ask("SELECT DISTINCT region__c FROM raw_salesforce.lead") == [("001",)]

    def test_a_field_that_goes_away_is_emptied(self, org, load, raw):
        org.put(*leads(5))
        load()
        del org.fields["Email"]
        assert load().status == "ok"
        assert {email for (email,) in raw("email")} == {None}

    def test_a_field_that_goes_away_right_after_it_was_described(self, org, load, raw):
        org.put(*leads(3))
        describe, once = org.describe, iter([True])

        def described(name):
            found = describe(name)
            if name == "Lead" and next(once, False):
                del org.fields["Email"]
            return found

        org.describe = described
        assert load().status == "ok"
        assert len(raw()) == 3

    @pytest.mark.parametrize("chars", [60, 40, 20])
    def test_fields_that_do_not_fit_into_an_address_are_asked_in_parts(
        self, org, load, raw, monkeypatch, chars
    ):
        monkeypatch.setattr(f"{READ}.selection.MAX_SELECT_CHARS", chars)
        org.put(*leads(5))

        def change():
            org.between_pages = lambda: None
            org.put(lead(0, at(19), LastName="鈴木", Own_Score__c=9.5))

        org.between_pages = change
        assert load().status == "ok"
        assert whole(org, raw)
        assert load().rows_loaded == 0
        org.put(lead(1, at(20), LastName="佐藤", Own_Score__c=0.5))
        assert load().rows_loaded == 1
        assert whole(org, raw)

    def test_a_row_that_changes_all_the_time_is_left_for_the_next_run(
        self, org, load, raw, monkeypatch
    ):
        monkeypatch.setattr(f"{READ}.selection.MAX_SELECT_CHARS", 40)
        org.put(*leads(3))
        page, seconds = org.query_page, iter(range(60))

        def restless(soql, *more):
            org.put(lead(0, at(19, 0, next(seconds))))
            return page(soql, *more)

        org.query_page = restless
        assert load().fault == "truncated"
        org.query_page = page
        assert load().status == "ok"
        assert whole(org, raw)


class TestGoneForGood:
    def test_a_row_that_was_erased_is_flagged_and_then_costs_nothing(self, org, load, raw):
        org.put(*leads(6))
        load()
        org.purge(lead(2))
        assert load().rows_loaded == 1
        assert [deleted for _, deleted in raw()] == [False, False, True, False, False, False]
        org.calls()
        assert load().rows_loaded == 0
        assert sum(org.calls().values()) == 2

    def test_a_row_that_was_emptied_from_the_bin_stays_deleted(self, org, load, raw):
        org.put(*leads(6))
        load()
        org.put(lead(2, at(19), IsDeleted=True), lead(3, at(19), IsDeleted=True))
        load()
        org.purge(lead(2))
        org.calls()
        assert load().rows_loaded == 0
        listings = [soql for soql in org.calls() if soql.startswith("SELECT Id FROM")]
        assert listings == ["SELECT Id FROM Lead WHERE IsDeleted = true"]
        assert [deleted for _, deleted in raw()] == [False, False, True, True, False, False]
        assert load().rows_loaded == 0
        assert sum(org.calls().values()) == 2

    def test_rows_that_come_and_go_at_once_are_told_apart(self, org, load, raw):
        org.put(*leads(6))
        load()
        org.purge(lead(0), lead(1))
        org.put(lead(70, at(19)), lead(71, at(19)), lead(3, at(19), LastName="鈴木"))
        load()
        assert {one for one, deleted in raw() if deleted} == {lead(0)["Id"], lead(1)["Id"]}
        org.calls()
        assert load().rows_loaded == 0
        assert not any("SELECT Id FROM" in soql for soql in org.calls())

    def test_rows_that_appear_without_a_stamp_are_read(self, org, load, raw):
        org.put(*leads(6))
        load()
        org.put(lead(80, "2026-01-01T00:00:00.000+0000"))
        load()
        assert whole(org, raw)

    def test_a_rejected_row_is_not_taken_for_a_gap(self, org, load):
        org.put(*leads(6), lead(9, at(3), NumberOfEmployees="many"))
        load()
        org.calls()
        assert load().status == "ok"
        assert sum(org.calls().values()) == 3 - 1

    def test_a_landslide_is_a_lost_right_and_flags_nothing(self, org, load, raw, monkeypatch):
        monkeypatch.setattr(f"{READ}.unlisted.MANY_GONE", 2)
        org.put(*leads(6))
        load()
        org.purge(*leads(5))
        done = load()
        assert (done.status, done.fault) == ("failed", "rights")
        assert "no longer lists 5 of 6 lead rows; none was flagged" in done.error
        assert not any(deleted for _, deleted in raw())

    def test_a_short_listing_flags_nothing(self, org, load, raw):
        org.put(*leads(6))
        load()
        org.purge(lead(0))
        page = org.query_page

        def short(soql, *more):
            found = page(soql, *more)
            if soql == "SELECT Id FROM Lead":
                del found.rows[-1:]
            return found

        org.query_page = short
        assert load().fault == "truncated"
        assert not any(deleted for _, deleted in raw())
        org.query_page = page
        load()
        assert [deleted for _, deleted in raw()] == [True] + [False] * 5


class TestInBulk:
    def test_many_rows_come_in_one_bulk_query(self, org, load, raw):
        org.put(*leads(9), lead(20, at(3), Own_Score__c=12_100_000.0, LastName=None))
        assert load().rows_loaded == 10
        assert whole(org, raw)
        assert [soql[:4] for soql in org.calls()] == ["desc", "SELE", "BULK"]
        assert load().rows_loaded == 0

    def test_many_changes_come_in_bulk_too(self, org, load, raw):
        org.put(*leads(12))
        load()
        org.put(*[lead(one, at(19), LastName="鈴木") for one in range(9)])
        org.purge(lead(11))
        org.calls()
        assert load().rows_loaded == 10
        assert any(soql.startswith("BULK") for soql in org.calls())
        assert [deleted for _, deleted in raw()] == [False] * 11 + [True]

    @pytest.mark.parametrize("error", [GONE, SPENT])
    def test_a_result_cut_in_the_middle_goes_on_at_its_locator(self, org, load, raw, error):
        org.put(*leads(9))
        org.broken["bulk page"] = error
        done = load()
        assert (done.status, done.rows_loaded, done.error) == ("failed", 2, str(error))
        org.broken.clear()
        org.bulk.fetched.clear()
        org.put(lead(0, at(19), LastName="鈴木"), lead(50, at(19)))
        done = load()
        assert (done.status, len(raw())) == ("ok", 10)
        assert org.bulk.fetched == ["2", "4", "6", "8"]
        assert whole(org, raw)
        assert load().rows_loaded == 0

    def test_a_result_that_salesforce_forgot_is_asked_anew(self, org, load, raw):
        org.put(*leads(9))
        org.broken["bulk page"] = GONE
        load()
        org.broken.clear()
        org.bulk.jobs.clear()
        assert load().status == "ok"
        assert whole(org, raw)

    def test_other_fields_than_those_of_the_result_ask_anew(self, org, load, landing):
        org.put(*leads(9))
        org.broken["bulk page"] = GONE
        load()
        org.broken.clear()
        org.fields["Region__c"] = "string"
        for row in org.leads.values():
            row["Region__c"] = "001"
        assert load().status == "ok"
        assert landing.ask("SELECT DISTINCT region__c FROM raw_salesforce.lead") == [("001",)]

    def test_what_cannot_be_asked_in_bulk_comes_over_rest(self, org, load, raw):
        org.broken["bulk"] = IMPOSSIBLE
        org.put(*leads(9))
        assert load().status == "ok"
        assert whole(org, raw)

    def test_a_short_result_fails_and_heals(self, org, load, raw):
        org.put(*leads(9))
        page = org.bulk.page

        def early(job, locator=""):
            found = page(job, locator)
            return type(found)(found.body, found.rows, "" if locator == "4" else found.following)

        org.bulk.page = early
        done = load()
        assert (done.fault, done.rows_loaded) == ("truncated", 6)
        org.bulk.page = page
        assert load().status == "ok"
        assert whole(org, raw)

    @pytest.mark.parametrize(
        ("field", "flipped", "values"),
        [
            ("NumberOfEmployees", "string", ["35", "007", " 8 ", "high", None, "1.5", "1E3"]),
            ("NumberOfEmployees", "double", [35.0, 12_100_000.0, 1.5, None, 0.0]),
            ("LastName", "double", [7010001000017.0, 0.5, None, 12_100_000.0]),
            ("LastName", "int", [12_100_000, 7, None]),
            ("LastName", "boolean", [True, False, None]),
            ("LastName", "date", ["2026-01-02", None]),
            ("LastName", "datetime", ["2026-01-02T03:04:05.000+0000", None]),
            ("MQL_At__c", "date", ["2026-01-02", None]),
        ],
    )
    def test_a_field_of_another_type_becomes_the_same_in_both_ways(
        self, org, warehouse, raw, landing, monkeypatch, field, flipped, values
    ):
        column = column_name(field)
        org.fields[field] = flipped
        found = []
        for bulk_from in (8, 10**6):
            monkeypatch.setattr(f"{READ}.objects.BULK_FROM_ROWS", bulk_from)
            org.leads.clear()
            org.put(*[{**row, field: values[at % len(values)]} for at, row in enumerate(leads(9))])
            outcome = warehouse.load()
            rejected = sorted((one.source_id, one.reason) for one in outcome.rejected)
            found.append((raw(f"id, {column}"), rejected, outcome.status))
            warehouse.empty()
        assert found[0] == found[1]
        assert len(found[0][0]) + len(found[0][1]) == 9
        assert {soql[:4] for soql in org.calls()} >= {"BULK", "next"}

    def test_fields_of_free_type_come_over_rest(self, org, load):
        org.fields["Old__c"] = "anyType"
        org.put(*[{**row, "Old__c": True} for row in leads(9)])
        assert load().rows_loaded == 9
        assert not any(soql.startswith("BULK") for soql in org.calls())

    def test_poison_in_bulk_rejects_its_row_alone(self, org, load):
        half = {"LastName": "\ud842"}
        org.put(*leads(9), lead(30, at(2), NumberOfEmployees="many"), lead(31, at(2), **half))
        done = load()
        assert (done.rows_loaded, load().rows_loaded) == (9, 0)
        reasons = {one.column: one.reason for one in done.rejected}
        assert reasons == {
            "number_of_employees": "is text where a whole number belongs",
            "last_name": "holds half a surrogate pair, which no text encoding can store",
        }

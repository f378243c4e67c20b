"""HubSpot through the sandbox: whole after every kind of change, and cheap when there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from ingestion.pipeline import LoadReport, ResourceLoad, load_source
from sandbox.hubspot.associations import link_row
from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

OLD = "2026-09-01T00:00:00.000Z"
STAMPS = {"createdAt": OLD, "updatedAt": OLD}


def record(kind: str, record_id: int, **properties: str | None) -> dict[str, Any]:
    stamp = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    known = {"hs_object_id": str(record_id), "createdate": OLD, stamp: OLD}
    row = {"id": str(record_id), "properties": {**known, **properties}, "archived": False}
    return {**row, **STAMPS}


def world() -> HandMadeWorld:
    people = [record("contacts", 1000 + n, email=f"p{n}@example.test") for n in range(1, 41)]
    people[0]["properties"]["associatedcompanyid"] = "2001"
    people[39] |= {"archived": True, "archivedAt": OLD}
    links = [link_row("contacts", "1001", "companies", "2001", kind) for kind in (1, 279)]
    links += [link_row("contacts", "1002", "companies", "2002", 279)]
    links += [link_row("deals", "3001", "contacts", "1001", 3)]
    links += [link_row("deals", "3001", "companies", "2001", 341)]
    owners = [{"id": "7", "userId": 70, "email": "o@example.test", **STAMPS, "archived": False}]
    owners += [{"id": "8", "userId": 80, "email": "left@example.test", **STAMPS, "archived": True}]
    campaign = {"id": "g1", "properties": {"hs_name": "展示会"}, **STAMPS}
    form = {"id": "f1", "name": "お問い合わせ", "formType": "hubspot", **STAMPS, "archived": False}
    return HandMadeWorld(
        hubspot={
            "contacts": people,
            "companies": [record("companies", 2000 + n, name=f"会社{n}") for n in range(1, 5)],
            "deals": [record("deals", 3000 + n, dealname=f"取引{n}") for n in range(1, 4)],
            "associations": links,
            "owners": owners,
            "forms": [form],
            "campaigns": [campaign],
        }
    )


class Portal:
    """A sandbox of a few records, a warehouse, and a clock that moves between loads."""

    def __init__(self, sandbox: RunningSandbox, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.admin = sandbox.admin
        self.report: LoadReport | None = None

    def load(self, **later: float) -> LoadReport:
        if later:
            self.admin.move_clock(advance_seconds=timedelta(**later).total_seconds())
        self.admin.reset_requests()
        self.report = load_source(
            "hubspot", data_dir=self.folder, inbox_dir=self.folder, as_of=self.admin.now()
        )
        return self.report

    def of(self, resource: str) -> ResourceLoad:
        assert self.report is not None
        return next(one for one in self.report.resources if one.resource == resource)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as con:
            return con.execute(sql).fetchall()

    def asked(self, part: str) -> int:
        counts = self.admin.requests()["by_path"]
        return sum(count for path, count in counts.items() if part in path)

    def archived(self, resource: str) -> set[str]:
        rows = self.ask(f"SELECT id FROM raw_hubspot.{resource} WHERE archived")
        return {row[0] for row in rows}

    def call(self, method: str, path: str, **more: Any) -> None:
        headers = {"Authorization": f"Bearer {self.sandbox.credentials.hubspot_access_token}"}
        url = self.sandbox.base_url + path
        requests.request(method, url, headers=headers, timeout=10, **more).raise_for_status()

    def merge(self, kind: str, winner: str, loser: str) -> None:
        body = {"primaryObjectId": winner, "objectIdToMerge": loser}
        self.call("POST", f"/crm/v3/objects/{kind}/merge", json=body)


@contextmanager
def opened(folder: Path) -> Iterator[Portal]:
    """Yield a portal with the world of this file, and nothing that waits."""
    with pytest.MonkeyPatch.context() as patch, running_sandbox(world=world()) as sandbox:
        patch.setattr("vendors.session.FIRST_WAIT", 0.001)
        patch.setattr("vendors.session.FIRST_WAIT_ON_LIMIT", 0.001)
        patch.setattr("vendors.hubspot.MIN_INTERVAL", 0.0)
        for name, value in sandbox.environment.items():
            patch.setenv(name, value)
        yield Portal(sandbox, folder)


@pytest.fixture(scope="module")
def first_load(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse after the first load; every portal of this file holds the same at first."""
    folder = tmp_path_factory.mktemp("first")
    with opened(folder) as portal:
        assert portal.load().status == "ok", portal.report
    return folder / "warehouse.duckdb"


@pytest.fixture
def portal(first_load: Path, tmp_path: Path) -> Iterator[Portal]:
    shutil.copy(first_load, tmp_path / "warehouse.duckdb")
    with opened(tmp_path) as place:
        yield place


def test_a_run_without_changes_costs_two_calls_per_object(portal: Portal) -> None:
    again = portal.load(minutes=20)
    assert {one.rows_loaded for one in again.resources} == {0}
    for kind in ("contacts", "companies", "deals"):
        assert portal.asked(f"/objects/{kind}") == 2
    assert portal.asked("/properties/") == 0
    assert portal.asked("/associations/") == 3
    assert again.api_calls == 17


def test_deals_owners_and_links_land(portal: Portal) -> None:
    assert portal.ask("SELECT count(*) FROM raw_hubspot.deal") == [(3,)]
    owners = "SELECT id, email, user_id, archived FROM raw_hubspot.owner ORDER BY id"
    assert portal.ask(owners) == [
        ("7", "o@example.test", "70", False),
        ("8", "left@example.test", "80", True),
    ]
    links = (
        "SELECT from_object, from_id, to_object, to_id, type_id, label"
        " FROM raw_hubspot.association ORDER BY ALL"
    )
    assert portal.ask(links) == [
        ("contact", "1001", "company", "2001", 1, "Primary"),
        ("contact", "1001", "company", "2001", 279, None),
        ("contact", "1002", "company", "2002", 279, None),
        ("deal", "3001", "company", "2001", 341, None),
        ("deal", "3001", "contact", "1001", 3, None),
    ]


def test_links_that_come_and_go_without_touching_their_record(portal: Portal) -> None:
    portal.call("DELETE", "/crm/v4/objects/contacts/1002/associations/companies/2002")
    wish = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}]
    portal.call("PUT", "/crm/v4/objects/deals/3002/associations/contacts/1003", json=wish)
    portal.load(minutes=20)
    gone = "SELECT from_id FROM raw_hubspot.association WHERE archived"
    assert portal.ask(gone) == [("1002",)]
    new = "SELECT to_id FROM raw_hubspot.association WHERE from_id = '3002' AND NOT archived"
    assert portal.ask(new) == [("1003",)]


def test_links_are_swept_a_full_call_at_a_time(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.sources.hubspot.associations.LINKS_BATCH", 15)
    for person in ("1002", "1030"):
        wish = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
        path = f"/crm/v4/objects/contacts/{person}/associations/companies/2004"
        portal.call("PUT", path, json=wish)
    known = "SELECT count(*) FROM raw_hubspot.association WHERE to_id = '2004'"
    seen = []
    for _ in range(4):
        portal.load(minutes=20)
        assert portal.asked("/associations/contacts/companies") == 1
        seen.append(portal.ask(known)[0][0])
    assert seen == [1, 2, 2, 2]


def test_the_loser_of_a_merge_is_no_longer_alive(portal: Portal) -> None:
    portal.merge("contacts", "1001", "1002")
    portal.merge("companies", "2001", "2002")
    portal.load(minutes=20)
    assert portal.archived("contact") == {"1002", "1040"}
    assert portal.archived("company") == {"2002"}
    links = "SELECT from_id, to_id FROM raw_hubspot.association WHERE from_object = 'contact'"
    assert set(portal.ask(links + " AND NOT archived")) == {("1001", "2001")}


def test_a_winner_that_was_archived_since_still_names_its_loser(portal: Portal) -> None:
    portal.merge("contacts", "1001", "1002")
    portal.admin.delete_record("hubspot", "contacts", "1001")
    portal.load(minutes=20)
    assert portal.archived("contact") == {"1001", "1002", "1040"}


def test_a_merge_that_leaves_no_trace_is_noticed_by_counting(portal: Portal) -> None:
    portal.admin.delete_record("hubspot", "contacts", "1005", hard=True)
    portal.load(minutes=20)
    assert portal.archived("contact") == {"1005", "1040"}
    assert portal.load(minutes=20).api_calls == 17


def test_a_privacy_deletion_is_flagged_although_no_listing_shows_it(portal: Portal) -> None:
    portal.call("POST", "/crm/v3/objects/contacts/gdpr-delete", json={"objectId": "1006"})
    portal.load(minutes=20)
    assert portal.archived("contact") == {"1006", "1040"}


def test_archived_and_restored_records(portal: Portal) -> None:
    portal.admin.delete_record("hubspot", "contacts", "1007")
    portal.admin.delete_record("hubspot", "deals", "3001")
    portal.load(minutes=20)
    assert portal.archived("contact") == {"1007", "1040"}
    assert portal.archived("deal") == {"3001"}
    assert portal.ask(
        "SELECT DISTINCT archived FROM raw_hubspot.association WHERE from_id = '3001'"
    ) == [(True,)]
    portal.admin.change_record("hubspot", "contacts", "1007", {"archived": False})
    # restored by a way that does not count as a change
    kept = portal.admin.record("hubspot", "deals", "3001")
    still = {"archived": False, "updatedAt": kept["updatedAt"], "properties": kept["properties"]}
    portal.admin.change_record("hubspot", "deals", "3001", still)
    portal.load(minutes=20)
    assert portal.archived("contact") == {"1040"}
    assert portal.archived("deal") == set()
    assert portal.ask(
        "SELECT DISTINCT archived FROM raw_hubspot.association WHERE from_id = '3001'"
    ) == [(False,)]


def test_more_archived_records_than_a_page_are_read_when_the_count_says_so(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vendors.hubspot.PAGE", 2)
    for record_id in range(1010, 1017):
        portal.admin.delete_record("hubspot", "contacts", str(record_id))
    portal.load(minutes=20)
    assert len(portal.archived("contact")) == 8
    portal.load(minutes=20)
    assert portal.asked("GET /crm/v3/objects/contacts") == 1
    portal.load(days=1)
    assert portal.asked("GET /crm/v3/objects/contacts") == 4


def test_a_mass_update_with_one_stamp_fills_many_pages(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vendors.hubspot_answers.SEARCH_PAGE", 6)
    for record_id in range(1001, 1040):
        change = {
            "properties": {"jobtitle": "部長", "lastmodifieddate": "2026-10-02T05:40:00.000Z"}
        }
        portal.admin.change_record("hubspot", "contacts", str(record_id), change)
    portal.load(minutes=20)
    assert portal.of("contact").rows_loaded == 39
    assert portal.asked("/contacts/search") == 8
    assert portal.asked("GET /crm/v3/objects/contacts") == 1


def test_a_record_that_changes_while_pages_are_read_comes_with_the_next_run(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vendors.hubspot.PAGE", 10)
    (portal.folder / "warehouse.duckdb").unlink()
    title = {"properties": {"jobtitle": "工場長"}}
    edit = ["PATCH", "records/hubspot/contacts/1001", title]
    match = {"vendor": "hubspot", "path_regex": "/objects/contacts$"}
    portal.admin.faults({"match": match, "fault": "edit", "edits": [edit], "skip": 2, "times": 1})
    portal.load()
    titled = "SELECT jobtitle FROM raw_hubspot.contact WHERE id = '1001'"
    assert portal.ask(titled) == [(None,)]
    portal.load(minutes=20)
    assert portal.ask(titled) == [("工場長",)]


def test_what_the_search_does_not_know_yet_comes_with_the_overlap(portal: Portal) -> None:
    """A record is stamped before our last cursor and shows up only after that run."""
    portal.admin.change_record("hubspot", "contacts", "1001", {"properties": {"jobtitle": "課長"}})
    portal.load()
    at = (portal.admin.now() - timedelta(minutes=5)).isoformat(timespec="milliseconds")
    late = {"createdAt": at, "updatedAt": at, "properties": {"lastmodifieddate": at}}
    portal.admin.add_record("hubspot", "contacts", {"id": "1900", **late})
    portal.load(seconds=30)
    assert portal.ask("SELECT count(*) FROM raw_hubspot.contact WHERE id = '1900'") == [(1,)]


@pytest.mark.parametrize("fault", ["drop_rows", "end_early"])
def test_a_listing_that_loses_records_is_made_whole_by_the_search(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("vendors.hubspot.PAGE", 10)
    (portal.folder / "warehouse.duckdb").unlink()
    match = {"vendor": "hubspot", "method": "GET", "path_regex": "/objects/contacts$"}
    portal.admin.faults({"match": match, "fault": fault, "rows": 3, "skip": 3})
    assert portal.load().status == "ok"
    assert portal.ask("SELECT count(*) FROM raw_hubspot.contact WHERE NOT archived") == [(39,)]


def test_a_search_that_ends_before_its_count_fails_and_moves_no_cursor(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vendors.hubspot_answers.SEARCH_PAGE", 6)
    for record_id in range(1001, 1021):
        change = {"properties": {"jobtitle": "部長"}}
        portal.admin.change_record("hubspot", "contacts", str(record_id), change)
    match = {"vendor": "hubspot", "path_regex": "/contacts/search$"}
    portal.admin.faults({"match": match, "fault": "drop_rows", "rows": 3, "skip": 1})
    portal.load(minutes=20)
    assert (portal.of("contact").status, portal.of("contact").fault) == ("failed", "truncated")
    portal.admin.clear_faults()
    assert portal.load(minutes=20).status == "ok"
    assert portal.ask("SELECT count(*) FROM raw_hubspot.contact WHERE jobtitle = '部長'") == [(20,)]


def test_properties_that_come_and_go_change_every_record(portal: Portal) -> None:
    before = {"properties": {"kakehashi_stage": "MQL"}}
    portal.admin.change_record("hubspot", "contacts", "1001", before)
    portal.load(minutes=20)
    staged = "SELECT kakehashi_stage FROM raw_hubspot.contact WHERE id = '1001'"
    assert portal.ask(staged) == [("MQL",)]
    portal.admin.hide("hubspot", "contacts", "kakehashi_stage")
    portal.load(hours=2)
    assert portal.ask(staged) == [(None,)]
    portal.admin.show("hubspot", "contacts", "kakehashi_stage")
    portal.load(hours=2)
    assert portal.ask(staged) == [("MQL",)]


def test_without_the_right_to_list_properties_what_was_known_is_asked_for(portal: Portal) -> None:
    match = {"vendor": "hubspot", "path_regex": "/properties/"}
    portal.admin.faults({"match": match, "fault": "status", "status": 403})
    change = {"properties": {"kakehashi_stage": "SQL"}}
    portal.admin.change_record("hubspot", "contacts", "1001", change)
    portal.load(hours=2)
    rows = portal.ask("SELECT kakehashi_stage FROM raw_hubspot.contact WHERE id = '1001'")
    assert rows == [("SQL",)]


def test_many_properties_are_read_by_search_for_ids_and_batches(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vendors.hubspot_answers.MAX_SEARCH_CHARS", 300)
    monkeypatch.setattr("vendors.hubspot_answers.MAX_ADDRESS_CHARS", 100)
    portal.admin.change_record("hubspot", "contacts", "1001", {"properties": {"city": "津市"}})
    portal.admin.delete_record("hubspot", "contacts", "1002")
    portal.load(minutes=20)
    rows = "SELECT id, email, city FROM raw_hubspot.contact WHERE id IN ('1001', '1002') ORDER BY 1"
    assert portal.ask(rows) == [
        ("1001", "p1@example.test", "津市"),
        ("1002", "p2@example.test", None),
    ]
    assert portal.asked("/objects/contacts/batch/read") == 2
    (portal.folder / "warehouse.duckdb").unlink()
    portal.load()
    assert portal.ask("SELECT count(*), count(email) FROM raw_hubspot.contact") == [(40, 40)]


def test_a_day_that_is_used_up_stops_politely_and_goes_on_tomorrow(portal: Portal) -> None:
    changes = {
        "contacts": ("1001", "city"),
        "companies": ("2001", "city"),
        "deals": ("3001", "amount"),
    }
    for kind, (record_id, name) in changes.items():
        portal.admin.change_record("hubspot", kind, record_id, {"properties": {name: "7"}})
    portal.admin.faults({"match": {"vendor": "hubspot"}, "fault": "quota", "skip": 4})
    stopped = portal.load(minutes=20)
    assert stopped.status == "partial"
    assert stopped.api_calls == 5
    assert {one.error for one in stopped.resources if one.status == "failed"} == {
        "HubSpot's calls of today are used up."
    }
    portal.admin.clear_faults()
    assert portal.load(days=1).status == "ok"
    for resource, name in (("contact", "city"), ("company", "city"), ("deal", "amount")):
        changed = f"SELECT count(*) FROM raw_hubspot.{resource} WHERE {name} = '7'"
        assert portal.ask(changed) == [(1,)]


def test_without_the_scope_for_deals_the_rest_loads_and_is_told(portal: Portal) -> None:
    body = {"category": "MISSING_SCOPES", "context": {"missingScopes": ["crm.objects.deals.read"]}}
    match = {"vendor": "hubspot", "path_regex": "/(objects|associations)/deals"}
    portal.admin.faults({"match": match, "fault": "status", "status": 403, "body": body})
    (portal.folder / "warehouse.duckdb").unlink()
    report = portal.load()
    states = {one.resource: one.status for one in report.resources}
    assert (states["deal"], states["association"], states["contact"]) == ("failed", "ok", "ok")
    assert portal.of("deal").error == "HubSpot's token lacks the scopes crm.objects.deals.read."
    assert portal.ask("SELECT count(*) FROM raw_hubspot.association") == [(3,)]


def test_links_of_records_whose_run_was_cut_are_read_by_the_next(portal: Portal) -> None:
    (portal.folder / "warehouse.duckdb").unlink()
    match = {"vendor": "hubspot", "path_regex": "/associations/"}
    portal.admin.faults({"match": match, "fault": "status", "status": 500})
    portal.load()
    assert portal.of("association").status == "failed"
    portal.admin.clear_faults()
    portal.load(minutes=20)
    assert portal.ask("SELECT count(*) FROM raw_hubspot.association") == [(5,)]


@pytest.mark.parametrize("kind", ["campaigns", "owners", "forms"])
def test_what_a_short_list_no_longer_holds_is_flagged_once_it_is_sure(
    portal: Portal, kind: str
) -> None:
    flagged: Callable[[], set[str]] = lambda: portal.archived(kind.removesuffix("s"))  # noqa: E731
    before = flagged()
    match = {"vendor": "hubspot", "path_regex": f"/{kind}$"}
    portal.admin.faults({"match": match, "fault": "drop_rows", "rows": 5})
    portal.load(minutes=20)
    assert flagged() == before
    portal.admin.clear_faults()
    gone = portal.admin.records("hubspot", kind)[0]["id"]
    portal.admin.delete_record("hubspot", kind, gone, hard=True)
    portal.load(minutes=20)
    assert flagged() == before | {gone}


def test_page_visits_go_on_where_a_read_ended_too_early(portal: Portal) -> None:
    for n in range(9):
        occurred = f"2026-10-01T0{n}:00:00.000Z"
        row = {"id": f"e{n}", "eventType": "e_visited_page", "objectType": "CONTACT"}
        row |= {"objectId": "1001", "occurredAt": occurred, "properties": {}}
        portal.admin.add_record("hubspot", "events", row)
    match = {"vendor": "hubspot", "path_regex": "/events/v3/events"}
    portal.admin.faults({"match": match, "fault": "drop_rows", "rows": 4})
    portal.load(minutes=20)
    portal.admin.clear_faults()
    portal.load(minutes=20)
    assert portal.ask("SELECT count(*) FROM raw_hubspot.event") == [(9,)]

"""Every fault by name: what a load says of it, and that the next clean load makes raw whole.

Belongs here: one fault each, at the sandbox of all vendors. What raw must hold in the end is told
by the comparer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ingestion.pipeline import LoadReport
from tests.faults.comparison import differences, told
from tests.faults.registry import SIDES
from tests.faults.surroundings import load, prepared
from tests.faults.vendor_side import HALF, Place, VendorSide

pytestmark = pytest.mark.integration

ASKED = {side.source: side for side in SIDES if side.paths}
# an endpoint with several pages or calls, at which each vendor is struck in the middle
LISTING = {
    "salesforce": "/query",
    "hubspot": "/objects/contacts",
    "typeform": "/responses$",
    "sansan": "/bizCards$",
    "marketo": "/rest/v1/activities.json|/file.json",
}
LONG = "架電メモ。𠮷\n" * 4_000


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with prepared(tmp_path, people=60, seed=1) as place:
        yield place


@pytest.fixture(params=sorted(ASKED))
def side(request: pytest.FixtureRequest, place: Place) -> VendorSide:
    return ASKED[request.param](place)


def strike(side: VendorSide, fault: str, path: str = "", **more: Any) -> None:
    """Switch a fault on at a source, by default at the listing that has several pages."""
    match = {"vendor": side.source, "path_regex": path or LISTING[side.source]}
    side.admin.faults({"match": match, "fault": fault, **more})


def assert_equal(side: VendorSide) -> None:
    found = differences(side.place.warehouse, side.source, side.holdings())
    assert not found, told(found)


def assert_heals(side: VendorSide) -> LoadReport:
    """The faults end: one clean load makes raw equal to the vendor, one more changes nothing."""
    side.admin.clear_faults()
    healed = load(side.place, side.source)
    assert healed.status == "ok", healed.error
    assert_equal(side)
    again = load(side.place, side.source)
    assert {one.rows_loaded for one in again.resources} == {0}
    assert_equal(side)
    return healed


def work(side: VendorSide, seed: int = 1) -> None:
    """Let people do in a system everything that they can do there."""
    rng = Random(seed)
    for name, change in side.changes().items():
        if "half a character" not in name:
            change(rng)


def of(report: LoadReport, resource: str) -> Any:
    return next(one for one in report.resources if one.resource == resource)


def test_pages_are_small_enough_to_be_struck_in_the_middle(side: VendorSide) -> None:
    side.admin.reset_requests()
    load(side.place, side.source)
    match = {"vendor": side.source, "path_regex": LISTING[side.source]}
    side.admin.faults({"match": match, "fault": "latency", "seconds": 0.0})
    load(side.place, side.source)
    side.place.warehouse.unlink()
    load(side.place, side.source)
    (rule,) = side.admin.faults()
    assert rule["hits"] >= 4


def test_a_load_is_whole_and_a_second_one_changes_nothing(side: VendorSide) -> None:
    assert load(side.place, side.source).status == "ok"
    assert_equal(side)
    work(side)
    assert_heals(side)


PASSING: tuple[dict[str, Any], ...] = (
    {"fault": "cut_middle"},
    {"fault": "truncate"},
    {"fault": "cut_before"},
    {"fault": "cut_after"},
    {"fault": "status", "status": 500},
    {"fault": "status", "status": 429},
    {"fault": "bad_body"},
)


def test_what_passes_is_waited_out_in_the_same_load(side: VendorSide) -> None:
    """Cut in the middle, cut short, reset before and after the work, 500, 429, a gateway's page."""
    for number, fault in enumerate(PASSING):
        strike(side, path=".", skip=1 + 2 * number, times=1, **fault)
    while not all(rule["hits"] for rule in side.admin.faults()):
        side.place.warehouse.unlink(missing_ok=True)
        report = load(side.place, side.source)
        assert report.status == "ok", report.error
        assert_equal(side)
    work(side)
    assert_heals(side)


def test_pages_that_repeat_rows_double_nothing(side: VendorSide) -> None:
    # a file that repeats rows would be refused by its checksum
    path = "/rest/v1/activities.json" if side.source == "marketo" else ""
    for seed in (1, 2):
        strike(side, "repeat_rows", path)
        assert load(side.place, side.source).status == "ok"
        assert_equal(side)
        # what it repeats are rows of the same load
        side.admin.clear_faults()
        work(side, seed)
    assert_heals(side)


def test_a_refused_sign_in_leaves_raw_as_it_was(side: VendorSide) -> None:
    load(side.place, side.source)
    strike(side, "status", "/", status=401)
    report = load(side.place, side.source)
    assert report.status == "failed"
    assert "did not accept the c" in str(report.error)
    assert {one.fault for one in report.resources} == {"credentials"}
    assert_equal(side)
    side.admin.clear_faults()
    work(side)
    strike(side, "status", "/", status=401)
    load(side.place, side.source)
    assert_heals(side)


def test_a_quota_that_ends_in_the_middle_of_an_object(side: VendorSide) -> None:
    strike(side, "quota", skip=2)
    report = load(side.place, side.source)
    assert report.status in ("failed", "partial")
    assert "limit" in {one.fault for one in report.resources}, report
    side.admin.clear_faults()
    work(side)
    assert_heals(side)


def test_a_page_that_never_comes_fails_its_read_and_moves_no_cursor(side: VendorSide) -> None:
    load(side.place, side.source)
    for seed in range(4):
        work(side, seed)
    strike(side, "status", status=500, skip=1)
    load(side.place, side.source)
    assert_heals(side)


@pytest.mark.parametrize("body", ["{}", '"ok"'])
def test_an_answer_of_another_shape_is_never_an_empty_page(side: VendorSide, body: str) -> None:
    strike(side, "bad_body", body=body, skip=1)
    report = load(side.place, side.source)
    assert sum(rule["hits"] for rule in side.admin.faults())
    assert report.status in ("failed", "partial"), report
    assert_heals(side)


def test_records_change_while_they_are_read(side: VendorSide) -> None:
    rng = Random(7)
    for skip in (0, 1, 2, 3):
        strike(side, "edit", edits=side.edits(rng), skip=skip, times=1)
    load(side.place, side.source)
    for skip in (0, 1):
        strike(side, "edit", edits=side.edits(rng), skip=skip, times=1)
    load(side.place, side.source)
    assert_heals(side)


@pytest.mark.parametrize("minutes", [-9, 9])
def test_the_vendors_clock_goes_wrong_by_minutes(side: VendorSide, minutes: int) -> None:
    skew = timedelta(minutes=minutes)
    for seed in range(3):
        load(side.place, side.source, skew)
        work(side, seed)
        side.admin.move_clock(advance_seconds=20)
    report = load(side.place, side.source, skew)
    assert report.status == "ok"
    assert_equal(side)


def test_a_vendor_whose_clock_was_set_back(side: VendorSide) -> None:
    work(side)
    load(side.place, side.source)
    side.admin.move_clock(advance_seconds=-240)
    work(side, 2)
    side.admin.move_clock(advance_seconds=300)
    assert_heals(side)


def test_half_a_character_rejects_its_record_alone_until_it_is_mended(place: Place) -> None:
    for source in ("salesforce", "hubspot"):
        side, rng = ASKED[source](place), Random(3)
        load(place, source)
        side.changes()["paste half a character"](rng)
        report = load(place, source)
        assert (report.status, sum(one.rejected for one in report.resources)) == ("ok", 1)
        assert_equal(side)
        side.changes()["mend half a character"](rng)
        assert_heals(side)


TEXTS = (LONG[:32_000], "𠮷野家 👩‍👩‍👧‍👦", 'a"b,c\r\nd\te\\', "\u2028\u0085")
WRITE: dict[str, tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    "salesforce": ("Lead", "Id", lambda text: {"Sales_Comment__c": text}),
    "hubspot": ("contacts", "id", lambda text: {"properties": {"jobtitle": text}}),
    "sansan": (
        "biz_cards",
        "id",
        lambda text: {"memo": text, "updatedTime": "2026-10-02T05:30:00Z"},
    ),
    "typeform": ("responses", "token", lambda text: {"answers": [_answer(text)]}),
    "marketo": ("leads", "id", lambda text: {"address": text}),
}


def _answer(text: str) -> dict[str, Any]:
    return {"field": {"id": "x", "type": "long_text"}, "type": "text", "text": text}


def test_texts_arrive_sign_by_sign(side: VendorSide) -> None:
    """32,000 characters, four-byte ones, quotes and line ends, separators that are no line ends."""
    kind, key, fields = WRITE[side.source]
    rows = side.admin.records(side.source, kind)
    for row, text in zip(rows, TEXTS, strict=False):
        side.admin.change_record(side.source, kind, str(row[key]), fields(text))
    assert_heals(side)


def test_more_records_than_a_page_with_one_stamp(side: VendorSide) -> None:
    stamp = side.now()
    load(side.place, side.source)
    iso, plain = stamp.strftime("%Y-%m-%dT%H:%M:%S"), stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    stamped: dict[str, tuple[str, dict[str, Any]]] = {
        "salesforce": ("Lead", {"SystemModstamp": f"{iso}.000+0000", "Title": "一括"}),
        "hubspot": ("contacts", {"properties": {"lastmodifieddate": plain, "jobtitle": "一括"}}),
        "typeform": ("responses", {"submitted_at": plain}),
        "sansan": ("biz_cards", {"updatedTime": plain, "title": "一括"}),
        "marketo": ("activities", {"activityDate": plain}),
    }
    kind, fields = stamped[side.source]
    rows = side.admin.records(side.source, kind)
    key = {"salesforce": "Id", "typeform": "token", "marketo": "marketoGUID"}.get(side.source, "id")
    assert len(rows) > 16, "more than two pages"
    for row in rows:
        side.admin.change_record(side.source, kind, row[key], fields)
    assert_heals(side)


def test_a_missing_right_stops_one_resource_alone(place: Place) -> None:
    side = ASKED["hubspot"](place)
    strike(side, "status", "^/form-integrations/", status=403)
    report = load(place, "hubspot")
    assert [one.resource for one in report.resources if one.status != "ok"] == ["form_submission"]
    assert of(report, "form_submission").fault == "rights"
    assert_heals(side)


def test_an_object_that_the_user_may_not_see_stops_alone(place: Place) -> None:
    side = ASKED["salesforce"](place)
    load(place, "salesforce")
    work(side)
    place.admin.hide("salesforce", "LeadHistory")
    try:
        report = load(place, "salesforce")
    finally:
        place.admin.show("salesforce", "LeadHistory")
    assert [one.resource for one in report.resources if one.status != "ok"] == ["lead_history"]
    assert "LeadHistory" in str(report.error)
    assert_heals(side)


def test_a_field_removed_between_runs_and_shown_again(place: Place) -> None:
    side = ASKED["salesforce"](place)
    load(place, "salesforce")
    for name in ("Title", "Interest_Theme__c"):
        place.admin.hide("salesforce", "Lead", name)
    try:
        work(side)
        report = load(place, "salesforce")
        side.unseen = {"Lead": {"Title", "Interest_Theme__c"}}
        assert "Interest_Theme__c" in str(of(report, "lead").error)
        assert_equal(side)
    finally:
        for name in ("Title", "Interest_Theme__c"):
            place.admin.show("salesforce", "Lead", name)
    side.unseen = {}
    assert_heals(side)


def test_a_property_removed_between_runs_and_shown_again(place: Place) -> None:
    side = ASKED["hubspot"](place)
    load(place, "hubspot")
    place.admin.hide("hubspot", "contacts", "kakehashi_stage")
    try:
        work(side)
        load(place, "hubspot")
    finally:
        place.admin.show("hubspot", "contacts", "kakehashi_stage")
    row = place.admin.records("hubspot", "contacts", archived="False")[0]
    stage = {"properties": {"kakehashi_stage": "MQL"}}
    place.admin.change_record("hubspot", "contacts", row["id"], stage)
    assert_heals(side)


def test_properties_that_may_not_be_listed_for_a_while(place: Place) -> None:
    side = ASKED["hubspot"](place)
    row = place.admin.records("hubspot", "contacts", archived="False")[0]
    custom = {"properties": {"kakehashi_stage": "MQL"}}
    place.admin.change_record("hubspot", "contacts", row["id"], custom)
    load(place, "hubspot")
    place.admin.change_record("hubspot", "contacts", row["id"], {"properties": {"city": "堺市"}})
    strike(side, "status", "/properties/", status=403)
    load(place, "hubspot")
    assert_heals(side)


def test_a_column_changes_its_type_and_back(place: Place) -> None:
    side = ASKED["salesforce"](place)
    load(place, "salesforce")
    before = place.admin.fields("salesforce", "Lead")["Contents_Viewed__c"]
    leads = [row["Id"] for row in place.admin.records("salesforce", "Lead")[:3]]
    place.admin.retype("salesforce", "Lead", "Contents_Viewed__c", "string")
    try:
        for lead, text in zip(leads, ["12", "たくさん", ""], strict=True):
            fields = {"Contents_Viewed__c": text}
            place.admin.change_record("salesforce", "Lead", lead, fields)
        report = load(place, "salesforce")
        assert of(report, "lead").rejected == 1
    finally:
        place.admin.retype("salesforce", "Lead", "Contents_Viewed__c", before)
        for lead in leads:
            place.admin.change_record("salesforce", "Lead", lead, {"Contents_Viewed__c": 12.0})
    assert_heals(side)


def test_a_merged_contact_whose_winner_is_archived_leaves_no_ghost(place: Place) -> None:
    side = ASKED["hubspot"](place)
    load(place, "hubspot")
    side.changes()["merge contacts"](Random(5))
    for row in place.admin.records("hubspot", "contacts", archived="False"):
        if row["properties"]["hs_merged_object_ids"]:
            place.admin.delete_record("hubspot", "contacts", row["id"])
    assert_heals(side)


def test_a_response_deleted_and_one_given_between_two_runs(place: Place) -> None:
    side = ASKED["typeform"](place)
    load(place, "typeform")
    for seed in range(5):
        side.changes()["delete one and answer"](Random(seed))
        side.admin.move_clock(advance_seconds=90_000)
    assert_heals(side)


def test_the_text_of_a_lost_half_is_told_without_the_record(place: Place) -> None:
    side = ASKED["salesforce"](place)
    lead = place.admin.records("salesforce", "Lead", IsDeleted="False")[0]
    secret = f"架空{HALF}花子"
    place.admin.change_record("salesforce", "Lead", lead["Id"], {"Title": secret})
    report = load(place, "salesforce")
    assert "架空" not in str(report)
    place.admin.change_record("salesforce", "Lead", lead["Id"], {"Title": None})
    assert_heals(side)

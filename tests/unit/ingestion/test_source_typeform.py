"""How far back responses are read, and which deletions a run can see."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from ingestion.sources.typeform import responses
from ingestion.sources.typeform.responses import read_responses
from vendors.errors import Fault, VendorError
from vendors.typeform import ResponsePage

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
FORM = {"id": "f", "last_updated_at": "2026-01-01T00:00:00Z"}


def response(number, at=None):
    """Response of a minute; the higher the number, the longer ago."""
    at = at or AS_OF - timedelta(minutes=number)
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"token": str(number), "response_id": str(number), "submitted_at": stamp}


class Vendor:
    """A form whose responses come ten at a time."""

    def __init__(self, items, forms=(FORM,)):
        self.items, self.listed, self.calls = items, list(forms), 0
        self.faults = {}

    def forms(self):
        return self.listed

    def form(self, form_id):
        return {"fields": []}

    def responses(self, form_id):
        if form_id in self.faults:
            raise self.faults[form_id]
        for start in range(0, max(len(self.items), 1), 10):
            self.calls += 1
            yield ResponsePage(self.items[start : start + 10], len(self.items))


class World:
    """Raw and state across runs."""

    def __init__(self):
        self.raw, self.state = {}, {}

    def load(self, vendor, as_of=AS_OF):
        live = [
            {**row, "submitted_at": datetime.fromisoformat(row["submitted_at"])}
            for row in self.raw.values()
            if not row["is_deleted"]
        ]
        raw = SimpleNamespace(rows=lambda where, values=(): live)
        context = SimpleNamespace(as_of=as_of, agreement_dir=None)
        load = SimpleNamespace(raw={"response": raw}, context=context)
        vendor.calls, state = 0, dict(self.state)
        for batch in read_responses(vendor, SimpleNamespace(all=vendor.forms), load, state):
            for row in batch.rows:
                at = row["submitted_at"]
                stamp = at if isinstance(at, str) else at.strftime("%Y-%m-%dT%H:%M:%SZ")
                self.raw[row["response_id"]] = {**row, "submitted_at": stamp}
        self.state = state
        return vendor.calls

    def gone(self):
        return sorted(key for key, row in self.raw.items() if row["is_deleted"])


@pytest.fixture
def loaded():
    world, vendor = World(), Vendor([response(n * 10) for n in range(100)])
    assert world.load(vendor) == 10
    return world, vendor


def test_a_run_without_changes_reads_only_behind_the_trailing_window(loaded):
    world, vendor = loaded
    assert world.load(vendor) == 1
    assert world.gone() == []


def test_a_response_that_appears_late_inside_the_window_is_read(loaded):
    world, vendor = loaded
    vendor.items.insert(5, {**response(55), "token": "late", "response_id": "late"})
    assert world.load(vendor) == 1
    assert "late" in world.raw


@pytest.mark.parametrize("number", [0, 3, 50, 99])
def test_a_deleted_response_is_seen_by_the_count_wherever_it_stood(loaded, number):
    world, vendor = loaded
    gone = vendor.items.pop(number)
    world.load(vendor)
    assert world.gone() == [gone["response_id"]]


def test_one_gone_and_one_come_inside_the_window_are_both_seen(loaded):
    world, vendor = loaded
    vendor.items.pop(2)
    vendor.items.insert(0, {**response(0), "token": "new", "response_id": "new"})
    assert world.load(vendor) == 1
    assert (world.gone(), "new" in world.raw) == (["20"], True)


def test_what_a_count_cannot_show_is_seen_within_a_week(loaded):
    world, vendor = loaded
    vendor.items[50] = {**vendor.items[50], "token": "swapped", "response_id": "swapped"}
    world.load(vendor)
    assert world.gone() == []
    assert world.load(vendor, AS_OF + timedelta(days=7)) == 10
    assert (world.gone(), "swapped" in world.raw) == (["500"], True)


def test_a_short_listing_flags_nothing_and_keeps_the_cursor(loaded):
    world, vendor = loaded
    before = world.state
    vendor.faults["f"] = VendorError("Typeform", Fault.TRUNCATED, "short")
    with pytest.raises(VendorError):
        world.load(vendor)
    assert (world.gone(), world.state) == ([], before)


def test_a_form_that_fails_stops_no_other_and_one_that_went_away_fails_nothing():
    world = World()
    forms = [{**FORM, "id": name} for name in ("gone", "broken", "f")]
    vendor = Vendor([response(1)], forms)
    vendor.faults["gone"] = VendorError("Typeform", Fault.MISSING, "not there")
    vendor.faults["broken"] = VendorError("Typeform", Fault.BROKEN, "broken")
    with pytest.raises(VendorError, match="broken"):
        world.load(vendor)
    assert list(world.raw) == ["1"]
    del vendor.faults["broken"]
    world.load(vendor)
    assert set(world.state["forms"]) == {"broken", "f"}


def test_a_vendor_that_is_down_is_not_asked_for_every_form():
    vendor = Vendor([], [{**FORM, "id": str(n)} for n in range(9)])
    asked = []
    down = VendorError("Typeform", Fault.UNREACHABLE, "down")
    vendor.responses = lambda form_id: (asked.append(form_id), (_ for _ in ()).throw(down))[1]
    with pytest.raises(VendorError, match="down"):
        World().load(vendor)
    assert len(asked) == 1


def test_the_window_is_longer_than_what_the_vendor_says_may_be_missing():
    assert timedelta(minutes=30) <= responses.TRAILING

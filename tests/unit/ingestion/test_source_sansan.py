"""Cards that are gone: seen within a week, and never by mistake."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from ingestion.sources.sansan import read_cards

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
WEEK = timedelta(days=7)


def card(card_id, status="completed", day="2026-09-01"):
    return {"id": card_id, "entryStatus": status, "updatedTime": f"{day}T00:00:00Z"}


class Vendor:
    """Some cards; ``hidden`` ones are there and not listed."""

    statuses = ("completed",)

    def __init__(self, *cards):
        self.there = {one["id"]: one for one in cards}
        self.hidden = set()
        self.windows, self.looked_up = [], []

    def cards(self, start, until, statuses):
        self.windows.append(start)
        rows = [one for one in self.there.values() if one["updatedTime"] >= start]
        yield [
            one for one in rows if one["entryStatus"] in statuses and one["id"] not in self.hidden
        ]

    def has_card(self, card_id):
        self.looked_up.append(card_id)
        return card_id in self.there


@pytest.fixture
def run():
    raw, state = {}, {}

    def load(vendor, as_of=AS_OF):
        live = [row for row in raw.values() if not row["is_deleted"]]
        table = SimpleNamespace(rows=lambda where: live)
        outcome = SimpleNamespace(told=[])
        load = SimpleNamespace(
            raw={"biz_card": table},
            context=SimpleNamespace(as_of=as_of),
            outcome=lambda name: outcome,
        )
        for batch in read_cards(vendor, load, state):
            raw.update({row["id"]: row for row in batch.rows})
        return sorted(key for key, row in raw.items() if row["is_deleted"])

    load.raw, load.state = raw, state
    return load


def test_a_deleted_card_is_flagged_within_a_week(run):
    vendor = Vendor(card("1"), card("2"))
    assert run(vendor) == []
    del vendor.there["1"]
    assert run(vendor, AS_OF + WEEK - timedelta(minutes=1)) == []
    assert run(vendor, AS_OF + WEEK) == ["1"]
    assert vendor.windows[1] > vendor.windows[2]


def test_a_card_that_comes_back_is_there_again(run):
    vendor = Vendor(card("1"))
    run(vendor)
    gone = vendor.there.pop("1")
    assert run(vendor, AS_OF + WEEK) == ["1"]
    vendor.there["1"] = {**gone, "updatedTime": "2026-10-10T00:00:00Z"}
    assert run(vendor, AS_OF + WEEK + timedelta(hours=1)) == []


def test_a_card_that_a_listing_lost_is_not_flagged(run):
    vendor = Vendor(card("1"), card("2"))
    run(vendor)
    vendor.hidden.add("1")
    assert run(vendor, AS_OF + WEEK) == []
    assert vendor.looked_up == ["1"]


def test_a_card_that_is_typed_in_again_is_neither_gone_nor_changed(run):
    vendor = Vendor(card("1"))
    run(vendor)
    vendor.there["1"] = card("1", status="processing")
    assert run(vendor, AS_OF + WEEK) == []
    assert run.raw["1"]["entry_status"] == "completed"
    assert vendor.looked_up == []


def test_at_most_so_many_cards_are_looked_up_at_once(run, monkeypatch):
    monkeypatch.setattr("ingestion.sources.sansan.MOST_ASKED", 2)
    vendor = Vendor(*[card(str(n)) for n in range(5)])
    run(vendor)
    vendor.there.clear()
    assert len(run(vendor, AS_OF + WEEK)) == 2
    assert len(run(vendor, AS_OF + 2 * WEEK)) == 4

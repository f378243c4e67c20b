"""A read that brings fewer rows than the vendor counts is told, kept, and read again."""

import pytest

from ingestion.distinct_keys import DistinctKeys
from ingestion.resources import Batch

ROWS = [{"card_id": str(at), "at": f"2026-09-0{at}T00:00:00Z"} for at in range(1, 6)]


class Vendor:
    """A vendor that counts what it holds and may send less of it."""

    def __init__(self):
        self.counted = None
        self.batches = []
        self.cursors = []

    def read(self, load, contract, state):
        self.cursors.append(state.get("cursor"))
        load.outcome(contract.resource).expected_rows = self.counted
        yield from self.batches
        state["cursor"] = "moved"


@pytest.fixture
def vendor(landing, monkeypatch):
    import dlt

    from ingestion.contracts import table

    standing_in = Vendor()
    contract = table("biz_card", key="card_id", instant="at", newest="at")

    def build_source(load):
        @dlt.source(name="sansan")
        def source():
            return [load.resource(contract, lambda state: standing_in.read(load, contract, state))]

        return source()

    monkeypatch.setattr("ingestion.sources.sansan.contract.TABLES", (contract,))
    monkeypatch.setattr("ingestion.sources.sansan.is_configured", lambda context: True)
    monkeypatch.setattr("ingestion.sources.sansan.build_source", build_source)
    return standing_in


def run(landing, vendor, counted, *batches):
    vendor.counted, vendor.batches = counted, batches
    [done] = landing.load("sansan").resources
    return done


def test_fewer_rows_than_the_vendor_counts_fail_in_one_sentence(landing, vendor):
    done = run(landing, vendor, 1_234, Batch(ROWS[:2]), Batch(ROWS[2:3]))
    assert (done.status, done.fault) == ("failed", "truncated")
    assert done.error == (
        "sansan biz_card is incomplete: the vendor counts 1,234 rows, 3 came;"
        " the next run reads them again."
    )
    assert (done.rows_loaded, done.rows_total) == (3, 3)
    kept = "SELECT status, fault, last_loaded_at FROM raw_landing.resource_load"
    assert landing.ask(kept + " WHERE source = 'sansan'") == [("failed", "truncated", None)]


def test_the_cursor_waits_until_a_read_is_whole(landing, vendor):
    run(landing, vendor, 5, Batch(ROWS[:3]))
    whole = run(landing, vendor, 5, Batch(ROWS))
    run(landing, vendor, 0)
    assert (whole.status, whole.rows_loaded, whole.rows_total) == ("ok", 2, 5)
    assert vendor.cursors == [None, None, "moved"]


def test_a_row_that_comes_twice_counts_once(landing, vendor):
    assert run(landing, vendor, 3, Batch(ROWS[:2]), Batch(ROWS[:2])).status == "failed"
    assert run(landing, vendor, 2, Batch(ROWS[:2]), Batch(ROWS[:2])).status == "ok"


def test_rejected_and_unchanged_rows_count(landing, vendor):
    run(landing, vendor, 2, Batch(ROWS[:2]))
    bad = {"card_id": "9", "at": "soon"}
    again = run(landing, vendor, 3, Batch([*ROWS[:2], bad]))
    assert (again.status, again.rows_loaded, again.rejected) == ("ok", 0, 1)


def test_rows_that_the_vendor_did_not_send_do_not_hide_a_gap(landing, vendor):
    gone = Batch(ROWS[3:], is_counted=False)
    assert run(landing, vendor, 3, Batch(ROWS[:2]), gone).status == "failed"


def test_more_rows_than_counted_came_into_being_meanwhile(landing, vendor):
    assert run(landing, vendor, 1, Batch(ROWS)).status == "ok"


def test_many_keys_are_counted_without_being_held(monkeypatch):
    monkeypatch.setattr("ingestion.distinct_keys._MERGE_FROM", 3)
    keys = DistinctKeys()
    for start in range(0, 1000, 7):
        keys.add(str(one) for one in range(start, start + 20))
    assert keys.count() == 1014
    assert DistinctKeys().count() == 0


def in_columns(*rows):
    return Batch(columns={name: [row[name] for row in rows] for name in rows[0]}, is_snapshot=True)


def test_an_empty_table_is_filled_with_a_snapshot_each_row_once(landing, vendor):
    twice = in_columns(*ROWS[:3]), in_columns(*ROWS[1:])
    assert run(landing, vendor, 5, *twice).rows_total == 5
    assert run(landing, vendor, 5, *twice).rows_loaded == 0


def test_a_filling_that_broke_off_goes_on_without_doubling(landing, vendor):
    assert run(landing, vendor, 5, in_columns(*ROWS[:3])).status == "failed"
    newer = {**ROWS[0], "at": "2026-09-09T00:00:00Z"}
    assert run(landing, vendor, 5, in_columns(newer, *ROWS[1:])).rows_loaded == 3
    found = landing.ask('SELECT card_id, "at"::varchar FROM raw_sansan.biz_card ORDER BY 1')
    assert [card for card, _ in found] == ["1", "2", "3", "4", "5"]
    assert found[0][1].startswith("2026-09-09")


@pytest.mark.parametrize("more", [[], ["2", "9"]])
def test_a_row_that_changed_after_the_snapshot_is_there_once_and_new(landing, vendor, more):
    """As of a bulk result that an earlier run had begun, before anything was landed."""
    newer = {**ROWS[0], "at": "2026-09-09T00:00:00Z"}
    others = Batch([{"card_id": card, "at": "2026-09-08T00:00:00Z"} for card in more])
    run(landing, vendor, 5, in_columns(*ROWS[:3]), in_columns(*ROWS[3:]), Batch([newer]), others)
    found = landing.ask('SELECT card_id, "at"::varchar FROM raw_sansan.biz_card ORDER BY 1')
    assert [card for card, _ in found] == sorted({"1", "2", "3", "4", "5", *more})
    assert found[0][1].startswith("2026-09-09")
    assert len([at for _, at in found if at.startswith("2026-09-08")]) == len(more)


def test_a_place_to_go_on_is_kept_after_a_failure_and_forgotten_after_success(landing, vendor):
    places = []

    def read(load, contract, state):
        places.append(state.get("resume"))
        load.outcome(contract.resource).expected_rows = vendor.counted
        yield from vendor.batches
        state.pop("resume", None)
        if vendor.counted > 2:
            state["resume"] = {"at": "page 2"}

    vendor.read = read
    run(landing, vendor, 5, Batch(ROWS[:2]))
    run(landing, vendor, 2, Batch(ROWS[:2]))
    run(landing, vendor, 2, Batch(ROWS[:2]))
    assert places == [None, {"at": "page 2"}, None]

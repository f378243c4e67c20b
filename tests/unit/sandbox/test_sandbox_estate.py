"""Tables, undo, the journal, the clock and the inbox of the sandbox."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.clock import SandboxClock, iso_milliseconds, parse_instant
from sandbox.inbox import drop_files
from sandbox.persistence import Journal
from sandbox.tables import Estate
from sandbox.taking_over import FILES


def test_rows_are_found_by_a_field_whatever_its_case_also_after_changes() -> None:
    table = Estate().table("t")
    table.put("1", {"mail": "A@example.test"})
    assert table.find("mail", "a@EXAMPLE.test") == ["1"]
    table.put("2", {"mail": "a@example.test"})
    table.put("1", {"mail": None})
    assert table.find("mail", "a@example.test") == ["2"]
    table.remove("2")
    assert table.find("mail", "a@example.test") == []


def test_a_group_of_writes_is_undone_when_one_fails() -> None:
    estate = Estate()
    table = estate.table("t")
    table.put("1", {"n": 1})
    table.put("2", {"n": 2})

    def write_group() -> None:
        table.put("1", {"n": 10})
        table.put("3", {"n": 3})
        table.remove("2")
        raise KeyError

    with pytest.raises(KeyError), estate.all_or_nothing():
        write_group()
    assert {row_id: table.get(row_id) for row_id in table.ids()} == {"1": {"n": 1}, "2": {"n": 2}}


def test_changes_are_taken_once() -> None:
    estate = Estate()
    estate.table("t").put("1", {"n": 1})
    estate.table("t").put("1", {"n": 2})
    estate.table("t").put("2", {"n": 3})
    estate.table("t").remove("2")
    assert estate.take_changes() == [("t", "1", {"n": 2}), ("t", "2", None)]
    assert estate.take_changes() == []


def test_the_journal_gives_back_what_was_written_in_its_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write_settings({"clock_offset": 1.5, "seed": 1})
    journal.write([("t", "b", {"名": "山田"}), ("t", "a", {"n": 1}), ("t", "c", {})])
    journal.write([("t", "b", {"名": "佐藤"}), ("t", "c", None)])
    journal.close()
    again, estate = Journal(tmp_path), Estate()
    again.load(estate)
    assert again.settings() == {"clock_offset": 1.5, "seed": 1}
    assert estate.table("t").ids() == ["b", "a"]
    assert estate.table("t").get("b") == {"名": "佐藤"}
    assert estate.take_changes() == []
    again.close()


def test_the_clock_starts_where_told_and_ticks_on() -> None:
    start = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
    clock = SandboxClock(start)
    first = clock.now()
    assert 0 <= (first - start).total_seconds() < 5
    clock.advance(3600)
    assert 3600 <= (clock.now() - start).total_seconds() < 3605
    again = SandboxClock.from_offset(clock.offset_seconds)
    assert abs((again.now() - clock.now()).total_seconds()) < 1
    clock.set_to(start)
    assert iso_milliseconds(clock.now()).startswith("2026-10-02T05:30:0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-02T05:30:00Z", "2026-10-02T05:30:00.000Z"),
        ("2026-10-02T14:30:00+09:00", "2026-10-02T05:30:00.000Z"),
        ("2026-10-02T05:30:00.250", "2026-10-02T05:30:00.250Z"),
    ],
)
def test_instants_of_any_offset(text: str, expected: str) -> None:
    assert iso_milliseconds(parse_instant(text)) == expected


def test_files_are_dropped_once_per_inbox(tmp_path: Path) -> None:
    estate = Estate()
    for path, content in (("cards/a.csv", b"\x8a\xbf"), ("spend/b.csv", b"x")):
        row = {"content": base64.b64encode(content).decode(), "dropped_into": []}
        estate.table(FILES).put(path, row)
    inbox = tmp_path / "inbox"
    (inbox / "spend").mkdir(parents=True)
    (inbox / "spend" / "b.csv").write_bytes(b"mine")
    assert drop_files(estate, inbox) == ["cards/a.csv"]
    assert (inbox / "cards" / "a.csv").read_bytes() == b"\x8a\xbf"
    assert (inbox / "spend" / "b.csv").read_bytes() == b"mine"
    (inbox / "cards" / "a.csv").rename(tmp_path / "processed.csv")
    assert drop_files(estate, inbox) == []
    assert drop_files(estate, tmp_path / "other") == ["cards/a.csv", "spend/b.csv"]

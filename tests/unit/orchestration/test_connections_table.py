"""The table of connections: what stands in a cell, and what below the table."""

from __future__ import annotations

from datetime import UTC, datetime

from ingestion.connections import Connection, LastLoad, State
from orchestration import connections

HEADER = "vendor  reachable  signed in as  missing  quota left  last load (Tokyo)"


def test_an_answering_vendor_with_its_last_load_in_tokyo() -> None:
    load = LastLoad(datetime(2026, 10, 1, 23, 5, tzinfo=UTC), "partial")
    one = Connection("A", State.OK, True, "連携", ("Lead.X__c",), "9 of 10 calls", last_load=load)
    assert list(connections.lines([one])) == [
        "vendor  reachable  signed in as  missing    quota left     last load (Tokyo)",
        "A       yes        連携          Lead.X__c  9 of 10 calls  2026-10-02 08:05 partial",
    ]


def test_many_missing_fields_are_listed_below() -> None:
    missing = tuple(f"Lead.Field_{number}__c" for number in range(5))
    lines = list(connections.lines([Connection("A", State.OK, True, "a", missing)]))
    assert "5, listed below" in lines[1]
    assert lines[2] == "A lacks: " + ", ".join(missing)


def test_a_failure_is_told_below_and_off_is_shown() -> None:
    found = [
        Connection("A", State.FAILED, False, remark="A could not be reached."),
        Connection("B", State.OFF, last_load=LastLoad()),
        Connection("C", State.UNTRIED),
    ]
    assert list(connections.lines(found)) == [
        HEADER,
        "A       no         -             -        -           -",
        "B       off        -             -        -           never",
        "C       not tried  -             -        -           -",
        "A could not be reached.",
    ]
    assert connections.has_failed(found)
    assert not connections.has_failed(found[1:])


def test_a_warehouse_that_cannot_be_read_is_told() -> None:
    one = Connection("A", State.OK, True, last_load=LastLoad(is_known=False))
    lines = list(connections.lines([one]))
    assert lines[1].endswith("not known")
    assert lines[2].startswith("The last loads are not known")

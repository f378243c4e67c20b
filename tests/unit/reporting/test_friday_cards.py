"""The why cards of the Friday page: whom it names, and what it links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from reporting.findings import read_friday
from reporting.friday_page import SHOWN_PER_CLASS, persons_named, render_page
from reporting.texts import catalogue
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    FridayWarehouse,
    finding,
    person,
    record,
)


def warehouse(folder: Path) -> Path:
    merged = {"proposed_from": "salesforce:contact:003C", "proposed_value": "003C"}
    act = {"source_object": "campaign_member", "attribute": "occurred_at"}
    return FridayWarehouse(
        persons=[person("p1"), person("p2"), person("p3")],
        records=[record("lead", "00QA"), record("contact", "003C"), record("lead", "00QB")],
        person_sources=[
            {"record_key": "salesforce:lead:00QA", "person_id": "p1"},
            {"record_key": "salesforce:contact:003C", "person_id": "p2"},
            {"record_key": "salesforce:lead:00QB", "person_id": "p4"},
        ],
        findings=[
            finding("person__possible_duplicate", "00QA", person_id="p1", **merged),
            finding("touchpoint__too_early", "00vA", person_id="p3", **act),
            finding("lead__status_behind", "00QC"),
        ],
    ).write(folder / "w.duckdb")


def test_named_are_both_of_a_pair_and_who_did_an_act(tmp_path: Path) -> None:
    data = read_friday(warehouse(tmp_path), AS_OF)
    assert persons_named(data, catalogue()) == ["p1", "p2", "p3"]


def test_only_whom_the_page_shows_is_named(tmp_path: Path) -> None:
    many = FridayWarehouse(
        persons=[person(f"p{number}") for number in range(SHOWN_PER_CLASS + 5)],
        findings=[
            finding("lead__status_behind", f"L{number}", person_id=f"p{number}")
            for number in range(SHOWN_PER_CLASS + 5)
        ],
    ).write(tmp_path / "w.duckdb")
    assert len(persons_named(read_friday(many, AS_OF), catalogue())) == SHOWN_PER_CLASS


def links_of(html: str) -> Iterator[str]:
    for part in html.split('href="why/')[1:]:
        yield "why/" + part.split('"')[0]


def test_who_has_a_card_is_linked_and_nobody_else(tmp_path: Path) -> None:
    data = read_friday(warehouse(tmp_path), AS_OF)
    page = render_page(
        data, catalogue(), as_of=datetime(2026, 10, 2, 5, 30, tzinfo=UTC), salesforce_url=None,
        why={"p2": "why/p2.html", "p3": "why/p3.html"},
    )  # fmt: skip
    assert list(links_of(page)) == ["why/p2.html", "why/p3.html"]
    assert "根拠カード" in page

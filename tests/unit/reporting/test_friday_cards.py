"""The why cards beside the Friday page: who gets one, where it stops, and what is linked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from reporting import friday_cards
from reporting.findings import read_friday
from reporting.friday_cards import write_cards
from reporting.friday_page import SHOWN_PER_CLASS, persons_named, render_page
from reporting.texts import catalogue
from reporting.why_card import Card, UnknownPerson
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    FridayWarehouse,
    finding,
    person,
    record,
)


@pytest.fixture
def marts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marts in which everybody but p2 is known; a card is the id of its person."""

    def read_card(_con: object, person_id: str) -> Card:
        if person_id == "p2":
            raise UnknownPerson("nobody is known by it.")
        return Card({"person_id": person_id}, ())

    def write_card(folder: Path, card: Card, _language: str) -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / f"{card.person['person_id']}.html"
        path.write_text(card.person["person_id"], encoding="utf-8")
        return path

    monkeypatch.setattr(friday_cards, "open_marts", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(friday_cards, "read_card", read_card)
    monkeypatch.setattr(friday_cards, "write_card", write_card)


def written(folder: Path, *persons: str, **limits: float) -> dict[str, str]:
    return write_cards(
        folder, persons, warehouse=folder / "w", state=folder / "s", **limits  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.usefixtures("marts")
def test_everybody_who_is_known_has_a_card_beside_the_page(tmp_path: Path) -> None:
    links = written(tmp_path, "p1", "p2", "p1", "p3")
    assert links == {"p1": "why/p1.html", "p3": "why/p3.html"}
    assert all((tmp_path / href).is_file() for href in links.values())


@pytest.mark.usefixtures("marts")
def test_cards_end_at_their_number_and_at_their_time(tmp_path: Path) -> None:
    assert list(written(tmp_path, "p1", "p3", "p4", at_most=2)) == ["p1", "p3"]
    assert written(tmp_path, "p1", seconds=-1.0) == {}


@pytest.mark.usefixtures("marts")
def test_a_second_report_of_the_day_leaves_no_old_card(tmp_path: Path) -> None:
    written(tmp_path, "p1", "p3")
    written(tmp_path, "p3")
    assert [path.name for path in (tmp_path / "why").iterdir()] == ["p3.html"]


def test_marts_that_are_not_there_cost_only_the_links(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "w")).close()
    duckdb.connect(str(tmp_path / "s")).close()
    assert written(tmp_path, "p1") == {}
    assert written(tmp_path / "nowhere", "p1") == {}


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

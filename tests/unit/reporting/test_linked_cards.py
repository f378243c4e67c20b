"""The why cards beside a page: who gets one, where it stops, and where it stands."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reporting import linked_cards
from reporting.linked_cards import write_cards
from reporting.why_card import Card, UnknownPerson


@pytest.fixture
def marts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marts in which everybody but p2 is known; a card is the id of its person."""

    def read_card(_con: object, person_id: str) -> Card:
        if person_id == "p2":
            raise UnknownPerson("nobody is known by it.")
        return Card({"person_id": person_id}, ())

    def write_card(folder: Path, card: Card, _language: str, history: str | None) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{card.person['person_id']}.html"
        path.write_text(f"{card.person['person_id']} {history}", encoding="utf-8")
        return path

    monkeypatch.setattr(linked_cards, "open_marts", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(linked_cards, "read_card", read_card)
    monkeypatch.setattr(linked_cards, "write_card", write_card)


def written(folder: Path, *persons: str, **options: Any) -> dict[str, str]:
    return write_cards(folder, persons, warehouse=folder / "w", state=folder / "s", **options)


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
def test_a_second_page_of_the_day_leaves_no_old_card(tmp_path: Path) -> None:
    written(tmp_path, "p1", "p3")
    written(tmp_path, "p3")
    assert [path.name for path in (tmp_path / "why").iterdir()] == ["p3.html"]


def test_marts_that_are_not_there_cost_only_the_links(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "w")).close()
    duckdb.connect(str(tmp_path / "s")).close()
    assert written(tmp_path, "p1") == {}
    assert written(tmp_path / "nowhere", "p1") == {}


@pytest.mark.usefixtures("marts")
def test_cards_of_two_histories_stand_apart_and_know_theirs(tmp_path: Path) -> None:
    links = written(tmp_path, "p1", cards="why/gained", history="proposed")
    links |= written(tmp_path, "p3", cards="why/lost", history="in_force")
    assert links == {"p1": "why/gained/p1.html", "p3": "why/lost/p3.html"}
    texts = {person: (tmp_path / href).read_text("utf-8") for person, href in links.items()}
    assert texts == {"p1": "p1 proposed", "p3": "p3 in_force"}

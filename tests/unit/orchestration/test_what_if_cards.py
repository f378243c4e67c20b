"""The why cards of a what-if tell of the history in which the person is an MQL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration import what_if
from orchestration.settings import Settings
from reporting.what_if_figures import Comparison, Figures


def test_gained_by_the_proposal_lost_by_the_agreement_in_force(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written: list[tuple[Any, ...]] = []

    def write_cards(folder: Path, persons: Any, **options: Any) -> dict[str, str]:
        histories = options["warehouse"].parent.name, options["state"].parent.name
        written.append((list(persons), histories, options["history"]))
        return {person: f"{options['cards']}/{person}.html" for person in persons}

    monkeypatch.setattr(what_if, "write_cards", write_cards)
    settings = Settings.from_environment({"KAKEHASHI_DATA_DIR": str(tmp_path)})
    nothing = Figures({}, {}, {})
    many = tuple(f"l{number}" for number in range(60))
    links = what_if._cards(
        tmp_path,
        Comparison(nothing, nothing, gained=("g",), lost=many, groups=(), weeks=()),
        now=replace(settings, data_dir=tmp_path / "in_force"),
        then=replace(settings, data_dir=tmp_path / "proposed"),
    )
    assert written == [
        (["g"], ("proposed", "proposed"), "proposed"),
        (list(many[:50]), ("in_force", "in_force"), "in_force"),
    ]
    assert (links["g"], links["l49"]) == ("why/gained/g.html", "why/lost/l49.html")
    assert len(links) == 51

"""Writes the why cards of the people that a Friday page names, beside the page.

Belongs here: whose cards are written and where the limit is. Not here: what stands on a card
(why_card), how the page links it (page_tables). A card that cannot be written is a link less, never
a report less; cards hold personal data and go nowhere but into the folder of the report.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

from reporting.why_card import UnknownPerson, open_marts, read_card
from reporting.why_card_page import write_card

FOLDER = "why"
# What a page of five classes can name at most, and what a meeting can wait for.
AT_MOST = 400
SECONDS = 120.0


def card_links(persons: Iterable[str]) -> dict[str, str]:
    """Person → the address of their card, as the page beside the folder writes it.

    Args:
        persons: our ids.
    """
    return {person: f"{FOLDER}/{person}.html" for person in persons}


def write_cards(
    report_folder: Path,
    persons: Iterable[str],
    *,
    warehouse: Path,
    state: Path,
    language: str = "ja",
    at_most: int = AT_MOST,
    seconds: float = SECONDS,
) -> dict[str, str]:
    """Writes the cards and returns the links to those that were written.

    Args:
        report_folder: where the page stands; cards of an earlier page of the day are removed.
        persons: whom the page names, who matters most first.
        warehouse: opened read-only.
        state: opened read-only, for the pushes.
        language: of the catalogue.
        at_most: cards that are written.
        seconds: no card is begun later than this after the first one.
    """
    folder = report_folder / FOLDER
    for old in folder.glob("*.html"):
        old.unlink()
    ends = time.monotonic() + seconds
    written = []
    try:
        with open_marts(warehouse, state) as con:
            for person in list(dict.fromkeys(persons))[:at_most]:
                if time.monotonic() > ends:
                    break
                try:
                    write_card(folder, read_card(con, person), language)
                except UnknownPerson:
                    continue
                written.append(person)
    except (duckdb.CatalogException, duckdb.IOException):
        # marts that have not been built, or a state that is not there: a page without links
        pass
    return card_links(written)

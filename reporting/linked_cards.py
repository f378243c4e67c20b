"""Writes the why cards of the people that a page names, beside the page.

Belongs here: where cards stand and where the limit is. Not here: what stands on a card (why_card),
whom a page names and how it links them (the modules of the pages). A card that cannot be written is
a link less, never a page less; cards hold personal data and go nowhere but into the folder of the
page.
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


def write_cards(
    page_folder: Path,
    persons: Iterable[str],
    *,
    warehouse: Path,
    state: Path,
    language: str = "ja",
    cards: str = FOLDER,
    history: str | None = None,
    at_most: int = AT_MOST,
    seconds: float = SECONDS,
) -> dict[str, str]:
    """Writes the cards and returns the links to those that were written: person → address.

    Args:
        page_folder: where the page stands.
        persons: whom the page names, who matters most first.
        warehouse: opened read-only.
        state: opened read-only, for the pushes.
        language: of the catalogue.
        cards: folder of the cards below the page; what an earlier page left in it is removed.
        history: of which history the cards tell, as the catalogue names it; none is what happened.
        at_most: cards that are written.
        seconds: no card is begun later than this after the first one.
    """
    folder = page_folder / cards
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
                    write_card(folder, read_card(con, person), language, history)
                except UnknownPerson:
                    continue
                written.append(person)
    except (duckdb.CatalogException, duckdb.IOException):
        # marts that have not been built, or a state that is not there: a page without links
        pass
    return {person: f"{cards}/{person}.html" for person in written}

"""The page of the monthly review: deciles, rules, thresholds and one proposal, as HTML.

Not here: what is measured and proposed (definition_review).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from reporting.definition_review import LEAST_PERSONS, Review
from reporting.files import write_atomically
from reporting.findings import TOKYO
from reporting.pages import render
from reporting.texts import catalogue
from reporting.what_if_page import percent

PAGE = "review.html"


def write_review(
    folder: Path,
    review: Review,
    *,
    as_of: datetime,
    days: int,
    what_if: str | None,
    proposal_folder: str | None,
    language: str = "ja",
    why: Mapping[str, str] | None = None,
) -> Path:
    """Writes the page and returns where it stands.

    Args:
        folder: where it goes; an older page there is replaced.
        review: what was measured.
        as_of: end of the period under review, with its zone.
        days: length of the period.
        what_if: link from the page to the proposal's what-if; None without a proposal.
        proposal_folder: where the changed table lies for people to take over.
        language: of the catalogue.
        why: person → address of the why card; who is not in it is not linked.
    """
    html = render(
        "definition_review.html.j2",
        catalogue(language),
        review=review,
        start=_day(as_of - timedelta(days=days)),
        end=_day(as_of),
        what_if=what_if,
        proposal_folder=proposal_folder,
        least=LEAST_PERSONS,
        why=why or {},
        percent=percent,
        highest=max((one.caught.deal_rate or 0 for one in review.deciles), default=0) or 1,
    )
    return write_atomically(folder / PAGE, lambda path: path.write_text(html, encoding="utf-8"))


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(TOKYO):%Y年%-m月%-d日}"

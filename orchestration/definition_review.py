"""Writes the monthly review of the agreement: measured, one change proposed, and its what-if.

The proposal is a copy of the one table it changes, beside the page, for people to take over or not.
Not here: what is measured (dbt_project/models/intermediate/review) and proposed (reporting).
"""

from __future__ import annotations

import csv
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration import agreement, what_if
from orchestration.settings import Settings
from reporting.definition_review import Proposal, Review, read_review
from reporting.definition_review_page import write_review
from reporting.findings import TOKYO
from reporting.linked_cards import write_cards

# the var `review_days` of dbt_project/macros/review.sql
REVIEW_DAYS = 90
TABLE = "stage_rules.csv"


@dataclass(frozen=True)
class Written:
    """The page, what stands on it, the threshold it proposes (None: no change), and its cards."""

    page: Path
    review: Review
    proposed_threshold: int | None
    why_cards: int


def write(settings: Settings, as_of: datetime) -> Written:
    """Writes `reports/definition_review/<day in Tokyo>/review.html`, its cards and the proposal.

    Args:
        settings: the installation; its marts must have been built for `as_of`.
        as_of: end of the period under review.

    Raises:
        NotReady: the replay of the proposal failed.
    """
    review = read_review(settings.warehouse)
    folder = settings.reports_dir / "definition_review" / f"{as_of.astimezone(TOKYO):%Y-%m-%d}"
    proposed = folder / "proposal"
    shutil.rmtree(proposed, ignore_errors=True)
    link = None
    if review.proposal:
        _write_proposal(settings, review.proposal, proposed)
        replayed = what_if.replay(settings, proposed, as_of=as_of)
        link = os.path.relpath(replayed.page, folder)
    why = write_cards(
        folder,
        review.persons_named,
        warehouse=settings.warehouse,
        state=settings.state,
        language=settings.language,
    )
    page = write_review(
        folder,
        review,
        as_of=as_of,
        days=REVIEW_DAYS,
        what_if=link,
        proposal_folder=str(proposed) if review.proposal else None,
        language=settings.language,
        why=why,
    )
    threshold = review.proposal.proposed.score if review.proposal else None
    return Written(page, review, threshold, len(why))


def _write_proposal(settings: Settings, proposal: Proposal, folder: Path) -> None:
    """The table in force with the one threshold changed; every other byte stays."""
    present = agreement.table_in_force(settings, TABLE)
    with present.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        is_threshold = row["to_stage"] == "MQL" and row["measure"] == "score"
        if is_threshold and row["value"] == str(proposal.current.score):
            row["value"] = str(proposal.proposed.score)
    folder.mkdir(parents=True)
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

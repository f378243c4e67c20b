"""What became of the decisions of earlier meetings: read, counted, and told beside a finding.

Whether a decision was carried out is looked up in the data (`hygiene_decisions_followed`), never
assumed. Not here: how a decision comes in (`ingestion`) or which of two holds (`identity`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# In the order of the meeting; a comment without a decision comes last.
KINDS = (
    "merge", "merge_into", "set_parent", "not_same", "fill_with", "leave_empty", "pass_back",
    "not_ng", "update_with", "stage_is_right", "as_it_is", "hold", "note",
)  # fmt: skip
QUERY = """
    select
        finding_id, kind, decided_value, comment, decided_by, decided_on, outcome, is_latest
    from hygiene.hygiene_decisions_followed
    order by decided_on, decision_id
"""
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Received:
    """One decision of an earlier meeting.

    Attributes:
        outcome: `carried_out`, `waiting`, `replaced`, `overruled`, `asleep` or `noted`.
        is_latest: Whether nothing newer was decided about the same finding.
    """

    finding_id: str
    kind: str
    decided_value: str | None
    comment: str | None
    decided_by: str | None
    decided_on: date
    outcome: str
    is_latest: bool


@dataclass(frozen=True)
class ReceivedCount:
    """The decisions of one kind."""

    kind: str
    received: int
    carried_out: int
    waiting: int
    set_aside: int


def latest_by_finding(received: Iterable[Received]) -> dict[str, Received]:
    """The decision that stands for each finding, by finding.

    Args:
        received: Everything that was read.
    """
    return {one.finding_id: one for one in received if one.is_latest}


def counts_of_week(received: Iterable[Received], held_on: date) -> list[ReceivedCount]:
    """What came in during the week up to a meeting, kind by kind.

    Args:
        received: Everything that was read.
        held_on: Day of the meeting in Tokyo.
    """
    recent = [one for one in received if held_on - _A_WEEK <= one.decided_on <= held_on]
    return [
        _count(kind, [one for one in recent if one.kind == kind])
        for kind in KINDS
        if any(one.kind == kind for one in recent)
    ]


def waiting_longer(received: Iterable[Received], held_on: date) -> int:
    """How many older decisions have not been carried out yet.

    Args:
        received: Everything that was read.
        held_on: Day of the meeting in Tokyo.
    """
    return sum(one.outcome == "waiting" and one.decided_on < held_on - _A_WEEK for one in received)


def _count(kind: str, decisions: list[Received]) -> ReceivedCount:
    outcomes = [one.outcome for one in decisions]
    return ReceivedCount(
        kind=kind,
        received=len(outcomes),
        carried_out=outcomes.count("carried_out"),
        waiting=outcomes.count("waiting"),
        set_aside=sum(outcome in ("replaced", "overruled") for outcome in outcomes),
    )

"""What one answered row of the workbook decides, or what is wrong with it.

Here belongs whether decision, value and question fit together. Not here: finding the row and what
it was asked about (``workbook``), what the words mean (``words``).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from ingestion.file_notes import Problem
from ingestion.file_tables import FileRow
from ingestion.sources.decisions.words import choices, kind_of, kinds_within

_NEEDS_VALUE = frozenset({"fill_with", "update_with", "merge_into"})
_TAKES_PROPOSAL = {"fill_with_proposal": "fill_with", "update_with_proposal": "update_with"}
_TAKES_NO_VALUE = frozenset({"leave_empty", "stage_is_right", "as_it_is", "not_same", "merge"})
_KEEPS_ONE = frozenset({"merge", "set_parent"})
_SURVIVOR = frozenset({"merge_into", "parent"})
_KEPT = (
    "finding_id", "rule_id", "record_key_a", "record_key_b", "person_id", "account_id",
    "opportunity_id", "attribute", "current_value", "proposed_value", "evidence",
)  # fmt: skip


def shape_answer(row: FileRow, *, as_of: datetime) -> dict[str, Any] | Problem:
    """Return the columns of a decision, or what is wrong with the row.

    Args:
        row: its values name the question besides the answer.
        as_of: no decision is later than the run that reads it.
    """
    if fault := row.values.get("fault"):
        return row.problem(row.values["fault_column"], fault, row.values["fault_remedy"])
    decided = _decided(row)
    if isinstance(decided, Problem):
        return decided
    kind, value = decided
    asked_at, edited_at = _instant(row, "asked_at"), _instant(row, "edited_at")
    decided_at = max(filter(None, (asked_at, edited_at)), default=as_of)
    mark = hashlib.sha256(
        f"{row.values['finding_id']}|{row.values['file_mark']}".encode()
    ).hexdigest()
    return {
        **{name: row.values.get(name) or None for name in _KEPT},
        "decision_id": f"decision_{mark[:24]}",
        "number_in_workbook": row.values.get("number"),
        "kind": kind,
        "decided_value": value,
        "comment": row.values.get("comment"),
        "decided_by": row.values.get("decider"),
        "asked_at": asked_at,
        "decided_at": min(decided_at, as_of),
        "edited_at": edited_at,
    }


def _instant(row: FileRow, name: str) -> datetime | None:
    text = row.values.get(name)
    return datetime.fromisoformat(text) if text else None


def _decided(row: FileRow) -> tuple[str, str | None] | Problem:
    """Return the kind of decision and the value it sets."""
    word, typed = row.values.get("decision", ""), row.values.get("value", "")
    if not word:
        if typed:
            return row.problem(
                "value",
                "値だけが書かれていて、判断が空です。",
                f"「判断」の列で {_named(row)} から選んでください。",
            )
        return "note", None
    kind = kind_of(word, row.values.get("question", ""))
    if kind is None:
        return _no_kind(row, word)
    return _with_value(row, kind, typed, row.values.get("proposed_value", ""))


def _with_value(
    row: FileRow, kind: str, typed: str, proposed: str
) -> tuple[str, str | None] | Problem:
    if kind in _TAKES_PROPOSAL:
        if not proposed:
            return row.problem(
                "decision",
                "この行には提案値がないため、提案どおりにはできません。",
                "「別の値」を選び、隣の列に値を書いてください。",
            )
        if typed and typed != proposed:
            return _disagreement(row, f"提案値は「{proposed}」")
        return _TAKES_PROPOSAL[kind], proposed
    if kind in _NEEDS_VALUE:
        if not typed:
            return row.problem(
                "value", "新しい値が書かれていません。", "「判断」の隣の列に値を書いてください。"
            )
        return kind, typed
    if kind in _TAKES_NO_VALUE and typed and not (kind == "merge" and typed == proposed):
        return _disagreement(row, "この判断では値を使いません")
    # of two records that are merged, the proposal names the one that stays
    stays = proposed if kind in _KEEPS_ONE and row.values.get("attribute") in _SURVIVOR else ""
    return kind, typed or stays or None


def _disagreement(row: FileRow, why: str) -> Problem:
    word = row.values["decision"]
    return row.problem(
        "value",
        f"判断「{word}」と、書かれた値が食い違っています({why})。",
        "値を消すか、値に合う判断を選び直してください。",
    )


def _no_kind(row: FileRow, word: str) -> Problem:
    if len(kinds_within(word, row.values.get("question", ""))) > 1:
        return row.problem(
            "decision", "判断が2つ書かれています。", f"{_named(row)} から1つだけ選んでください。"
        )
    return row.problem("decision", "選択肢にない判断です。", f"{_named(row)} から選んでください。")


def _named(row: FileRow) -> str:
    return "・".join(f"「{word}」" for word in choices(row.values.get("question", "")))

"""What the words in the column 判断 mean, which depends on the question they answer.

The words are rows of ``decision_words.csv``, so that a company may add its own. Not here: whether
an answer as a whole makes sense (``answers``).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "decision_words.csv"
_BETWEEN = re.compile(r"[\s、,/・&]+|または|もしくは")
_BRACKET = re.compile(r"\([^)]*\)")
_SPACE = re.compile(r"[\s\u3000。.!]+")


def normalised(word: str) -> str:
    """Return a word without width, spaces and closing marks.

    >>> normalised(" 統合　する。")
    '統合する'
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", word)).casefold()


@cache
def _kinds() -> dict[str, dict[str, str]]:
    """Question → word → kind; under ``""`` the words that mean one thing in every question."""
    found: dict[str, dict[str, str]] = {"": {}}
    ambiguous = set()
    with WORDS.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            word = normalised(row["word"])
            found.setdefault(row["question"], {})[word] = row["kind"]
            if found[""].setdefault(word, row["kind"]) != row["kind"]:
                ambiguous.add(word)
    found[""] = {word: kind for word, kind in found[""].items() if word not in ambiguous}
    return found


def kind_of(word: str, question: str) -> str | None:
    """Return the kind of decision that a word is, or none.

    Args:
        word: as somebody typed or picked it.
        question: the sort of question it answers; empty when that was lost from the file.
    """
    known = _kinds().get(question, {})
    plain = normalised(word)
    return known.get(plain) or known.get(_BRACKET.sub("", plain))


def kinds_within(text: str, question: str) -> list[str]:
    """Return the different decisions that a text names, when it names several.

    Args:
        text: what stands in the cell.
        question: as in ``kind_of``.
    """
    plain = unicodedata.normalize("NFKC", text)
    parts = [kind_of(part, question) for part in _BETWEEN.split(plain) if part]
    return sorted({kind for kind in parts if kind})


def choices(question: str) -> list[str]:
    """Return the words to pick from: the first of each kind, as the workbook offers them."""
    with WORDS.open(encoding="utf-8-sig", newline="") as lines:
        first: dict[str, str] = {}
        for row in csv.DictReader(lines):
            if row["question"] == question or not question:
                first.setdefault(row["kind"], row["word"])
    return list(first.values())

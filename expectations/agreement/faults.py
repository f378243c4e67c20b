"""One fault of an agreement table, in words that the people who keep the table understand.

Belongs here: the fault and its wording. Does not: finding faults.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MOST_SHOWN = 30
LONGEST_SHOWN = 60
SHORT = 3


@dataclass(frozen=True, order=True)
class Fault:
    """What stands where and is not allowed; line 0 is the file as a whole.

    Attributes:
        column: the column as the file's header has it, or empty for a whole line or file.
    """

    path: Path
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        line = f" {self.line}行目" if self.line else ""
        column = f" {self.column} 列" if self.column else ""
        return f"{self.path}{line}{column}: {self.message}"


def not_allowed(stands: str, allowed: Iterable[str]) -> str:
    """Says what stands there, what may stand there, and what is near."""
    choices = list(dict.fromkeys(allowed))
    return f"{shown(stands)}とありますが、{choice_of(choices)}{near(stands, choices)}"


def choice_of(choices: list[str]) -> str:
    """Says which values may be used; a long list is cut."""
    listed = "、".join(choices[:MOST_SHOWN])
    more = f" ほか {len(choices) - MOST_SHOWN} 個" if len(choices) > MOST_SHOWN else ""
    return f"使えるのは {listed}{more} です。"


def near(stands: str, choices: Iterable[str]) -> str:
    """The choice that was probably meant, as a sentence; empty when none is near."""
    by_key = {_key(choice): choice for choice in choices}
    # In a word of two or three characters one wrong one is already a half or a third of it.
    cutoff = 0.5 if len(stands) <= SHORT else 0.6
    close = difflib.get_close_matches(_key(stands), by_key, n=1, cutoff=cutoff)
    return f"近いのは「{by_key[close[0]]}」です。" if close else ""


def shown(text: str) -> str:
    """A cell in quotes, shortened, on one line."""
    flat = " ".join(text.split("\n"))
    cut = flat if len(flat) <= LONGEST_SHOWN else flat[:LONGEST_SHOWN] + "…"
    return f"「{cut}」"


def _key(text: str) -> str:
    """How texts are compared for nearness: width, case and blanks do not matter."""
    return unicodedata.normalize("NFKC", text).strip().lower()

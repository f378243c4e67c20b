"""What a dropped file looks like once it is open: sheets of lines of texts.

Here belong the words in which every kind of file is told to those who look for a table in it.
Not here: opening a file (``readings``), what a header or a value means (``file_tables``).
Messages are for the people who drop files, so they are in Japanese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_COLUMNS = 500
MAX_CELLS = 10_000_000


class NotATable(Exception):
    """A file cannot be read as a table; says in Japanese why and what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


class BadCell(str):
    """The text of a cell whose value nobody can know, with the reason and the remedy.

    In a column that is understood it rejects its row; in any other it is kept as text.
    """

    reason: str
    remedy: str

    def __new__(cls, text: str, reason: str, remedy: str) -> BadCell:
        """Return the text with what is wrong with it."""
        cell = super().__new__(cls, text)
        cell.reason, cell.remedy = reason, remedy
        return cell


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something, numbered from 1 as Excel shows it.

    ``filled`` are the places whose text comes from the first cell of a merged area.
    """

    number: int
    cells: list[str]
    filled: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``lines`` reads it from the top each time it is called.

    ``counts_from_1904``: whole numbers that mean days count from 1904, as in old Mac workbooks.
    """

    name: str
    lines: Callable[[], Iterator[Line]]
    is_hidden: bool = False
    counts_from_1904: bool = False

"""Text in columns, as a terminal shows it: a character of Japanese is two digits wide."""

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width


def width_of(text: str) -> int:
    """How many digits wide a text is."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as lines, with two blanks between columns that are as wide as their widest cell."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (w - width_of(cell)) for cell, w in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()

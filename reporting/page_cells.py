"""What a list of the Friday page is made of: lines in cells, cells in rows, rows in groups.

Not here: what stands in them (page_tables) and how they look (`templates/`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of a cell; tone is a class of the style sheet."""

    text: str
    href: str | None = None
    tone: str = ""


Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Group:
    """Rows that are decided together, under an optional heading."""

    rows: tuple[tuple[Cell, ...], ...]
    heading: str = ""
    badge: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """One list of the page: columns as (name, label), rows in groups."""

    rule_id: str
    label: str
    columns: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    total: int
    shown: int

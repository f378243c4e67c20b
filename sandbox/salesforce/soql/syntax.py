"""The syntax tree of a query.

Belongs here: plain shapes. Must not: read text or touch records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Literal:
    """A value in a query: string, number, boolean, null, date, datetime or a named date range."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Comparison:
    """One field against one literal, or against a list for IN and NOT IN."""

    path: str
    operator: str
    literals: tuple[Literal, ...]


@dataclass(frozen=True)
class Junction:
    """Conditions joined by AND or OR."""

    operator: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Negation:
    """A condition turned round."""

    part: Condition


Condition = Comparison | Junction | Negation


@dataclass(frozen=True)
class Selected:
    """One thing to return: a field path, FIELDS(…), or a function of a field with its alias."""

    path: str
    function: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Order:
    """One key of ORDER BY."""

    path: str
    is_descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True)
class Query:
    """A whole query."""

    object_name: str
    selected: tuple[Selected, ...]
    where: Condition | None = None
    group_by: tuple[str, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0

"""COUNT, MIN, MAX, SUM and AVG, with and without GROUP BY.

Belongs here: summarising rows. Must not: filter or page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.salesforce.errors import malformed_query
from sandbox.salesforce.soql.paths import Path, Resolver
from sandbox.salesforce.soql.syntax import Query, Selected
from sandbox.tables import Row

_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "COUNT": len,
    "COUNT_DISTINCT": lambda values: len(set(values)),
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
    "SUM": lambda values: sum(values) if values else None,
    "AVG": lambda values: sum(values) / len(values) if values else None,
}


def aggregate_rows(query: Query, resolver: Resolver, rows: list[Row]) -> list[Row]:
    """Return one result per group, or one for all rows without GROUP BY.

    Raises:
        SalesforceFault: a selected field is neither grouped nor summarised.
    """
    keys = [resolver.path(text) for text in query.group_by]
    _check_grouped(query)
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(key.comparable(row) for key in keys), []).append(row)
    if not keys:
        groups.setdefault((), [])
    return [_result(query, resolver, members) for members in groups.values()]


def _check_grouped(query: Query) -> None:
    grouped = {text.lower() for text in query.group_by}
    for item in query.selected:
        if not item.function and item.path.lower() not in grouped:
            raise malformed_query(f"Field must be grouped or aggregated: {item.path}")


def _result(query: Query, resolver: Resolver, members: list[Row]) -> Row:
    result: Row = {"attributes": {"type": "AggregateResult"}}
    unnamed = 0
    for item in query.selected:
        name = item.alias
        if not name and item.function:
            name, unnamed = f"expr{unnamed}", unnamed + 1
        path = resolver.path(item.path) if item.path else None
        result[name or item.path.split(".")[-1]] = _summary(item, path, members)
    return result


def _summary(item: Selected, path: Path | None, members: list[Row]) -> Any:
    if path is None:
        return len(members)
    if not item.function:
        return path.value(members[0]) if members else None
    values = [value for row in members if (value := path.value(row)) is not None]
    return _FUNCTIONS[item.function](values)

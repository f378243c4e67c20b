"""Runs a checked query over rows: filter, sort, cut, and shape the answer.

Belongs here: plans and results. Must not: know HTTP or paging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.salesforce.errors import malformed_query
from sandbox.salesforce.schema import ObjectType
from sandbox.salesforce.soql.aggregates import aggregate_rows
from sandbox.salesforce.soql.conditions import Test, compile_condition
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.paths import Fetch, Path, Resolver, find_type
from sandbox.salesforce.soql.syntax import Order, Query, Selected
from sandbox.tables import Row

_LARGEST_FIELDS_LIMIT = 200


@dataclass(frozen=True)
class Plan:
    """A query that fits the schema and can be run."""

    query: Query
    kind: ObjectType
    columns: tuple[Path, ...]
    test: Test | None
    order: tuple[tuple[Path, Order], ...]
    resolver: Resolver

    @property
    def is_count(self) -> bool:
        """Whether the query is ``SELECT COUNT() …``, which returns no records."""
        first = self.query.selected[0]
        return first.function == "COUNT" and not first.path

    @property
    def is_aggregate(self) -> bool:
        """Whether the query groups or summarises."""
        return bool(self.query.group_by) or any(
            item.function not in {"", "FIELDS"} for item in self.query.selected
        )

    def matching(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows of the answer, sorted and cut, not yet shaped."""
        test = self.test
        found = [row for row in rows if test is None or test(row)]
        for path, order in reversed(self.order):
            _sort(found, path, order)
        end = None if self.query.limit is None else self.query.offset + self.query.limit
        return found[self.query.offset : end]

    def aggregated(self, rows: Iterable[Row]) -> list[Row]:
        """Return one shaped row per group."""
        test = self.test
        found = [row for row in rows if test is None or test(row)]
        groups = aggregate_rows(self.query, self.resolver, found)
        end = None if self.query.limit is None else self.query.offset + self.query.limit
        return groups[self.query.offset : end]


def make_plan(text: str, types: Mapping[str, ObjectType], fetch: Fetch, now: datetime) -> Plan:
    """Read a query and check it against the schema.

    Raises:
        SalesforceFault: MALFORMED_QUERY, INVALID_TYPE or INVALID_FIELD.
    """
    query = parse(text)
    kind = find_type(types, query.object_name)
    resolver = Resolver(types, kind, fetch)
    plan = Plan(
        query=query,
        kind=kind,
        columns=_columns(query, resolver),
        test=compile_condition(query.where, resolver, now) if query.where else None,
        order=tuple((resolver.path(key.path), key) for key in query.order_by),
        resolver=resolver,
    )
    if query.offset > 2000:
        raise malformed_query("Maximum SOQL offset allowed is 2000")
    return plan


def _columns(query: Query, resolver: Resolver) -> tuple[Path, ...]:
    columns: dict[str, Path] = {}
    for item in query.selected:
        for path in _expand(item, query, resolver):
            if path.text.lower() in columns and not item.function:
                raise malformed_query(f"duplicate field selected: {path.text}")
            columns[path.text.lower()] = path
    return tuple(columns.values())


def _expand(item: Selected, query: Query, resolver: Resolver) -> list[Path]:
    if item.function == "FIELDS":
        if item.path.upper() in {"ALL", "CUSTOM"} and not (
            query.limit is not None and query.limit <= _LARGEST_FIELDS_LIMIT
        ):
            raise malformed_query(
                f"The SOQL FIELDS function must have a LIMIT of at most {_LARGEST_FIELDS_LIMIT}"
            )
        return [resolver.path(name) for name in _field_group(item.path, resolver.root)]
    return [resolver.path(item.path)] if item.path else []


def _field_group(group: str, kind: ObjectType) -> list[str]:
    wanted: dict[str, Callable[[bool], bool]] = {
        "ALL": lambda custom: True,
        "STANDARD": lambda custom: not custom,
        "CUSTOM": lambda custom: custom,
    }
    if group.upper() not in wanted:
        raise malformed_query(f"unknown field group: {group}")
    return [spec.name for spec in kind.fields.values() if wanted[group.upper()](spec.custom)]


def _sort(rows: list[Row], path: Path, order: Order) -> None:
    filled = [row for row in rows if path.value(row) is not None]
    empty = [row for row in rows if path.value(row) is None]
    filled.sort(key=path.comparable, reverse=order.is_descending)
    rows[:] = filled + empty if order.nulls_last else empty + filled


def shape_record(plan: Plan, row: Row, root: str) -> dict[str, Any]:
    """Return one row as the REST API shows it, with attributes and nested lookups."""
    record: dict[str, Any] = {"attributes": _attributes(plan.kind.name, row, root)}
    for column in plan.columns:
        at, source = record, row
        for lookup in column.lookups:
            related = column.related(lookup, source)
            name = lookup.name.removesuffix("Id")
            if related is None:
                at[name] = None
                break
            at = at.setdefault(
                name,
                {"attributes": _attributes(_object_of(column, lookup, related), related, root)},
            )
            source = related
        else:
            at[column.spec.name] = column.value(row)
    return record


def _object_of(column: Path, lookup: Any, related: Row) -> str:
    for name in lookup.reference_to:
        if column.fetch(name, related["Id"]) is not None:
            return str(name)
    return str(lookup.reference_to[0])


def _attributes(object_name: str, row: Row, root: str) -> dict[str, str]:
    return {"type": object_name, "url": f"{root}/sobjects/{object_name}/{row['Id']}"}

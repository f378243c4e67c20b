"""Turns a condition into a test of a row, after checking it against the schema.

Belongs here: comparison semantics of SOQL. Must not: read query text or fetch rows.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from sandbox.salesforce.errors import SalesforceFault, invalid_field, malformed_query
from sandbox.salesforce.soql.paths import Path, Resolver
from sandbox.salesforce.soql.syntax import Comparison, Condition, Junction, Literal, Negation
from sandbox.salesforce.values import canonical_instant, full_id, is_id
from sandbox.tables import Row

Test = Callable[[Row], bool]
TOKYO = timezone(timedelta(hours=9))  # the org's time zone: what TODAY means
_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_LITERAL_FOR = {
    "boolean": "boolean",
    "int": "number",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "date": "date",
    "datetime": "datetime",
}
_WILDCARDS = {"%": ".*", "_": "."}
_NAMES = {"datetime": "dateTime", "number": "number"}


def compile_condition(condition: Condition, resolver: Resolver, now: datetime) -> Test:
    """Return a function that tells whether a row fulfils the condition.

    Raises:
        SalesforceFault: a field does not exist or a literal has the wrong type.
    """
    if isinstance(condition, Comparison):
        return _comparison(condition, resolver.path(condition.path), now)
    if isinstance(condition, Negation):
        inner = compile_condition(condition.part, resolver, now)
        return lambda row: not inner(row)
    return _junction(condition, resolver, now)


def _junction(condition: Junction, resolver: Resolver, now: datetime) -> Test:
    tests = [compile_condition(part, resolver, now) for part in condition.parts]
    if condition.operator == "AND":
        return lambda row: all(test(row) for test in tests)
    return lambda row: any(test(row) for test in tests)


def _comparison(condition: Comparison, path: Path, now: datetime) -> Test:
    if path.spec.type in {"textarea", "address"}:
        raise invalid_field(f"field '{path.text}' can not be filtered in a query call")
    if any(literal.kind == "range" for literal in condition.literals):
        return _range_test(condition, path, now)
    values = [_value(literal, path) for literal in condition.literals]
    if condition.operator == "LIKE":
        return _like_test(condition, path)
    get = path.comparable
    if condition.operator in {"IN", "NOT IN"}:
        wanted = frozenset(values)
        if condition.operator == "IN":
            return lambda row: get(row) in wanted
        return lambda row: get(row) not in wanted
    value = values[0]
    if condition.operator == "=":
        return lambda row: get(row) == value
    if condition.operator == "!=":
        return lambda row: get(row) != value
    return _ordering_test(condition.operator, get, value)


def _ordering_test(symbol: str, get: Callable[[Row], Any], value: Any) -> Test:
    compare = _ORDERINGS[symbol]
    if value is None:
        raise malformed_query(f"null can not be compared with {symbol}")

    def test(row: Row) -> bool:
        found = get(row)
        return found is not None and compare(found, value)

    return test


def _like_test(condition: Comparison, path: Path) -> Test:
    pattern = condition.literals[0]
    if pattern.kind != "string":
        raise _wrong_type(path, "string")
    pieces = re.findall(r"\\[%_]|.", pattern.value.casefold(), re.DOTALL)
    parts = [_WILDCARDS.get(piece) or re.escape(piece[-1]) for piece in pieces]
    wanted = re.compile("".join(parts), re.DOTALL)

    def test(row: Row) -> bool:
        found = path.comparable(row)
        return found is not None and wanted.fullmatch(str(found)) is not None

    return test


def _range_test(condition: Comparison, path: Path, now: datetime) -> Test:
    if path.spec.type not in {"date", "datetime"} or len(condition.literals) != 1:
        raise _wrong_type(path, path.spec.type)
    first, last = _range(condition.literals[0].value, now)
    start, end = (_day_edge(day, path.spec.type) for day in (first, last + timedelta(days=1)))
    get = path.comparable
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda found: start <= found < end,
        "!=": lambda found: not start <= found < end,
        "<": lambda found: found < start,
        ">": lambda found: found >= end,
        "<=": lambda found: found < end,
        ">=": lambda found: found >= start,
    }
    test = tests.get(condition.operator)
    if test is None:
        raise malformed_query(f"{condition.operator} takes no date range")
    return lambda row: (found := get(row)) is not None and test(found)


def _day_edge(day: datetime, kind: str) -> str:
    if kind == "date":
        return day.date().isoformat()
    return canonical_instant(day.astimezone(UTC).isoformat())


def _range(name: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the first and the last day, as midnights in Tokyo, of a named range."""
    today = datetime.combine(now.astimezone(TOKYO).date(), time(), TOKYO)
    shift = {"TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1}
    if name in shift:
        day = today + timedelta(days=shift[name])
        return day, day
    if ":" in name:
        days = int(name.partition(":")[2])
        if name.startswith("LAST"):
            return today - timedelta(days=days), today
        return today + timedelta(days=1), today + timedelta(days=days)
    which, _, unit = name.partition("_")
    step = {"THIS": 0, "LAST": -1, "NEXT": 1}[which]
    return _unit_range(today, unit, step)


def _unit_range(today: datetime, unit: str, step: int) -> tuple[datetime, datetime]:
    if unit == "WEEK":  # weeks start on Monday, as set for a Japanese org
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return first, first + timedelta(days=6)
    if unit == "YEAR":
        first = today.replace(year=today.year + step, month=1, day=1)
        return first, first.replace(month=12, day=31)
    month = today.year * 12 + today.month - 1 + step
    first = today.replace(year=month // 12, month=month % 12 + 1, day=1)
    following = first.replace(year=(month + 1) // 12, month=(month + 1) % 12 + 1)
    return first, following - timedelta(days=1)


def _wrong_type(path: Path, wanted: str) -> SalesforceFault:
    quotes = "should be" if wanted == "string" else "should not be"
    return invalid_field(
        f"value of filter criterion for field '{path.text}' must be of type "
        f"{_NAMES.get(wanted, wanted)} and {quotes} enclosed in quotes"
    )


def _value(literal: Literal, path: Path) -> Any:
    """Return the literal as the row's comparable value would be."""
    if literal.kind == "null":
        return None
    wanted = _LITERAL_FOR.get(path.spec.type, "string")
    if literal.kind != wanted:
        raise _wrong_type(path, wanted)
    if wanted == "datetime":
        return canonical_instant(literal.value)
    if path.spec.type in {"id", "reference"}:
        if not is_id(literal.value):
            raise SalesforceFault(
                400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {literal.value}"
            )
        return full_id(literal.value)
    return literal.value.casefold() if wanted == "string" else literal.value

"""Search over contacts, companies and deals.

Belongs here: filter groups, sorting, offset paging with its ceiling. Must not: write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import epoch_milliseconds, parse_instant
from sandbox.exchange import Call, json_answer
from sandbox.hubspot import errors
from sandbox.hubspot.account import Account
from sandbox.hubspot.gate import Gate, versioned
from sandbox.hubspot.objects import shown
from sandbox.tables import Row

LARGEST_PAGE = 200
CEILING = 10_000
LARGEST_GROUPS = 5
LARGEST_FILTERS = 18
LONGEST_BODY = 3000
_QUERY_FIELDS = {
    "contacts": ("email", "firstname", "lastname", "phone", "company"),
    "companies": ("name", "domain", "phone", "website"),
    "deals": ("dealname",),
}
Test = Callable[[Row], bool]


def routes(gate: Gate) -> list[Route]:
    """Return the routes of search. Its answers carry no limit headers."""
    paths = versioned("crm", "objects", "/{type}/search")
    return gate.routes(paths, ["POST"], search, has_limit_headers=False)


def search(account: Account, call: Call) -> Response:
    """Answer a search over live records."""
    kind = account.object_type(call.params["type"])
    body = call.json_object()
    limit, offset = _limit(body), _offset(body)
    _check_size(body, len(call.body))
    types = {name: spec.type for name, spec in account.properties[kind].items()}
    tests = [_group(group, types) for group in body.get("filterGroups") or []]
    words = str(body.get("query") or "").casefold()
    rows = [
        row
        for row in account.table(kind).rows()
        if not row["archived"]
        and (not tests or any(test(row) for test in tests))
        and (not words or _mentions(kind, row, words))
    ]
    _sort(rows, body.get("sorts") or [], types)
    answer: dict[str, Any] = {
        "total": len(rows),
        "results": [
            shown(kind, row, body.get("properties") or []) for row in rows[offset : offset + limit]
        ],
    }
    if offset + limit < len(rows):
        answer["paging"] = {"next": {"after": str(offset + limit)}}
    return json_answer(answer)


def _limit(body: dict[str, Any]) -> int:
    limit = body.get("limit") or 10
    if not isinstance(limit, int) or not 1 <= limit <= LARGEST_PAGE:
        raise errors.validation(f"Invalid limit {limit}: must be between 1 and {LARGEST_PAGE}")
    return limit


def _offset(body: dict[str, Any]) -> int:
    after = str(body.get("after") or "0")
    if not after.isdigit():
        raise errors.validation(f"Invalid after: {after}")
    if int(after) + (body.get("limit") or 10) > CEILING:
        raise errors.validation(f"Search can not page past {CEILING} results")
    return int(after)


def _check_size(body: dict[str, Any], length: int) -> None:
    groups = body.get("filterGroups") or []
    filters = sum(len(group.get("filters") or []) for group in groups)
    if len(groups) > LARGEST_GROUPS or filters > LARGEST_FILTERS:
        raise errors.validation(
            f"Too many filters: at most {LARGEST_GROUPS} groups and {LARGEST_FILTERS} filters"
        )
    if length > LONGEST_BODY:
        raise errors.validation(f"The request must not be longer than {LONGEST_BODY} characters")


def _mentions(kind: str, row: Row, words: str) -> bool:
    found = (row["properties"].get(name) for name in _QUERY_FIELDS[kind])
    return any(words in value.casefold() for value in found if value)


def _group(group: dict[str, Any], types: dict[str, str]) -> Test:
    tests = [_filter(one, types) for one in group.get("filters") or []]
    return lambda row: all(test(row) for test in tests)


def _filter(one: dict[str, Any], types: dict[str, str]) -> Test:
    name, operator = one.get("propertyName", ""), one.get("operator", "")
    if name not in types:
        raise errors.validation(f"There was a problem with the request: property {name} unknown")
    make = _OPERATORS.get(operator)
    if make is None:
        raise errors.validation(f"Invalid filter operator: {operator}")
    test = make(one, types[name])
    return lambda row: test(comparable(row["properties"].get(name), types[name]))


def comparable(value: Any, kind: str) -> Any:
    """Return a property value as comparisons see it: instants as milliseconds, text folded."""
    if value is None or value == "":
        return None
    text = str(value)
    if kind in {"datetime", "date"}:
        if text.lstrip("-").isdigit():
            return float(text)
        try:
            return float(epoch_milliseconds(parse_instant(text)))
        except ValueError:
            raise errors.validation(f"{text} is not a date") from None
    if kind == "number":
        try:
            return float(text)
        except ValueError:
            raise errors.validation(f"{text} is not a number") from None
    return text.casefold()


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[dict[str, Any], str], Any]:
    def make(one: dict[str, Any], kind: str) -> Callable[[Any], bool]:
        wanted = comparable(one.get("value"), kind)
        if wanted is None:
            raise errors.validation("value is missing in a filter")
        return lambda found: found is not None and compare(found, wanted)

    return make


def _between(one: dict[str, Any], kind: str) -> Callable[[Any], bool]:
    low, high = comparable(one.get("value"), kind), comparable(one.get("highValue"), kind)
    if low is None or high is None:
        raise errors.validation("BETWEEN needs value and highValue")
    return lambda found: found is not None and low <= found <= high


def _one_of(one: dict[str, Any], kind: str) -> Callable[[Any], bool]:
    wanted = {comparable(value, kind) for value in one.get("values") or []}
    return lambda found: found in wanted


def _none_of(one: dict[str, Any], kind: str) -> Callable[[Any], bool]:
    inside = _one_of(one, kind)
    return lambda found: found is not None and not inside(found)


def _not_equal(one: dict[str, Any], kind: str) -> Callable[[Any], bool]:
    wanted = comparable(one.get("value"), kind)
    return lambda found: found != wanted


def _contains(one: dict[str, Any], kind: str) -> Callable[[Any], bool]:
    wanted = str(one.get("value") or "").strip("*").casefold()
    return lambda found: found is not None and wanted in str(found)


def _not_contains(one: dict[str, Any], kind: str) -> Callable[[Any], bool]:
    inside = _contains(one, kind)
    return lambda found: not inside(found)


_OPERATORS: dict[str, Callable[[dict[str, Any], str], Callable[[Any], bool]]] = {
    "EQ": _ordered(lambda found, wanted: found == wanted),
    "NEQ": _not_equal,
    "LT": _ordered(lambda found, wanted: found < wanted),
    "LTE": _ordered(lambda found, wanted: found <= wanted),
    "GT": _ordered(lambda found, wanted: found > wanted),
    "GTE": _ordered(lambda found, wanted: found >= wanted),
    "BETWEEN": _between,
    "IN": _one_of,
    "NOT_IN": _none_of,
    "HAS_PROPERTY": lambda one, kind: lambda found: found is not None,
    "NOT_HAS_PROPERTY": lambda one, kind: lambda found: found is None,
    "CONTAINS_TOKEN": _contains,
    "NOT_CONTAINS_TOKEN": _not_contains,
}


def _sort(rows: list[Row], sorts: list[Any], types: dict[str, str]) -> None:
    """Sort in place; without a wish, oldest record first as HubSpot does."""
    rows.sort(key=lambda row: (row["createdAt"], int(row["id"])))
    for wish in reversed(sorts):
        name, descending = _wish(wish)
        if name not in types:
            raise errors.validation(f"can not sort by unknown property {name}")
        kind = types[name]
        empty = [row for row in rows if row["properties"].get(name) in {None, ""}]
        filled = [row for row in rows if row["properties"].get(name) not in {None, ""}]
        filled.sort(
            key=lambda row: comparable(row["properties"][name], kind),
            reverse=descending,
        )
        rows[:] = filled + empty


def _wish(wish: Any) -> tuple[str, bool]:
    if isinstance(wish, str):
        return wish.lstrip("-"), wish.startswith("-")
    return str(wish.get("propertyName", "")), wish.get("direction") == "DESCENDING"

"""The forms of HubSpot's questions and answers: searches, pages, partial batches.

Here belongs reading and writing one JSON body. Not here: sending it (``vendors.hubspot``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vendors.errors import Fault, VendorError
from vendors.hubspot_limits import VENDOR

SEARCH_PAGE = 200
# the listing carries its properties in the address; a search may have 3,000 characters in all
MAX_ADDRESS_CHARS = 6_000
MAX_SEARCH_CHARS = 2_900
Row = dict[str, Any]


@dataclass(frozen=True)
class SearchPage:
    """One answer of the search.

    Attributes:
        rows: the records.
        total: how many records the query finds, this page and those after it; -1 if not told.
        has_more: whether there are pages after this one.
    """

    rows: list[Row]
    total: int
    has_more: bool


def query(
    filters: Sequence[Row],
    sort: tuple[str, str] | None,
    properties: Sequence[str],
    limit: int = 0,
) -> Row:
    """Return the body of a search; ``sort`` is a property and its direction, no limit a page."""
    sorts = [{"propertyName": sort[0], "direction": sort[1]}] if sort else []
    body: Row = {"filterGroups": [{"filters": list(filters)}] if filters else []}
    return body | {"sorts": sorts, "properties": list(properties), "limit": limit or SEARCH_PAGE}


def fits_a_search(stamp: str, properties: Sequence[str]) -> bool:
    """Whether a search by time and id may name these properties."""
    filters = [condition(stamp, "GTE", 10**13), condition("hs_object_id", "GT", 10**13)]
    body = query(filters, ("hs_object_id", "ASCENDING"), properties)
    return len(json.dumps(body)) <= MAX_SEARCH_CHARS


def fits_an_address(properties: Sequence[str]) -> bool:
    """Whether the address of a listing may name these properties; a comma takes three signs."""
    return sum(len(name) + 3 for name in properties) <= MAX_ADDRESS_CHARS


def search_page(answer: Mapping[str, Any]) -> SearchPage:
    """Read an answer of the search."""
    rows = list(answer.get("results") or ())
    total = int(answer.get("total", -1))
    return SearchPage(rows, total, bool(next_page(answer)) or total > len(rows))


def named_missing(answer: Mapping[str, Any], what: str) -> set[str]:
    """Return the ids that a partial answer (207) says are not there.

    Raises:
        VendorError: something else is wrong with a row; the message names no record.
    """
    missing: set[str] = set()
    for error in answer.get("errors") or ():
        category = str(error.get("category") or "")
        if category != "OBJECT_NOT_FOUND":
            sentence = f"HubSpot could not read some {what} ({category or 'no reason given'})."
            raise VendorError(VENDOR, Fault.BROKEN, sentence, "207")
        for ids in (error.get("context") or {}).values():
            missing.update(map(str, ids if isinstance(ids, list) else [ids]))
    return missing


def portions(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield a list in portions."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def condition(name: str, operator: str, value: int) -> Row:
    """Return one condition of a search."""
    return {"propertyName": name, "operator": operator, "value": str(value)}


def next_page(answer: Mapping[str, Any]) -> str | None:
    """Return the token of the page that follows, if one does."""
    after = ((answer.get("paging") or {}).get("next") or {}).get("after")
    return str(after) if after else None

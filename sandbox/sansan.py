"""Stand-in of the Sansan Open API: business cards.

Belongs here: Sansan's paths, paging and errors. Must not: know other vendors.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import parse_instant
from sandbox.exchange import Call, json_answer, route
from sandbox.settings import Credentials
from sandbox.tables import Estate, Row

LARGEST_PAGE = 300
_ORDERS = {"updatedAt": "updatedTime", "registeredAt": "registeredTime"} | {
    "completedAt": "updatedTime"
}
_STATUSES = {"processing", "completed", "unreadable"}


class SansanFault(Exception):
    """A refusal with Sansan's status."""

    def __init__(self, status: int, message: str, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


class Sansan:
    """The cards of one Sansan contract, read with the key of a user who may see all."""

    def __init__(self, estate: Estate, credentials: Credentials) -> None:
        self._cards = estate.table("sansan.biz_cards")
        self._tags = estate.table("sansan.tags")
        self._key = credentials.sansan_api_key

    def routes(self) -> list[Route]:
        """Return the routes of cards and tags, whatever the version."""
        return [
            self._route("/v{version}/bizCards", ["GET"], self.list_cards),
            self._route("/v{version}/bizCards/search", ["GET"], self.search_cards),
            self._route("/v{version}/bizCards/{card}", ["GET"], self.read_card),
            self._route("/v{version}/tags", ["GET"], self.list_tags),
        ]

    def _route(
        self, path: str, methods: Sequence[str], handler: Callable[[Call], Response]
    ) -> Route:
        def guarded(call: Call) -> Response:
            try:
                if call.headers.get("x-sansan-api-key") != self._key:
                    raise SansanFault(401, "API key is invalid", "invalid_api_key")
                return handler(call)
            except SansanFault as fault:
                body = {
                    "statusCode": fault.status,
                    "message": fault.message,
                    "error": [{"code": fault.code}],
                }
                return json_answer(body, fault.status)

        return route(path, methods, guarded)

    def list_cards(self, call: Call) -> Response:
        """List the cards updated within a time span."""
        call = _following(call)
        start, end = _instant(call, "updatedFrom"), _instant(call, "updatedTo")
        statuses = set(call.query.getlist("entryStatus")) or {"completed"}
        if statuses - _STATUSES:
            raise _invalid("entryStatus")
        _choice(call, "range", "me", ("me", "all"))
        rows = [
            row
            for row in self._visible(call)
            if row.get("entryStatus", "completed") in statuses
            and start <= parse_instant(row["updatedTime"]) <= end
        ]
        return self._page(call, rows)

    def search_cards(self, call: Call) -> Response:
        """List the cards that match an e-mail address, a company or the start of a name."""
        call = _following(call)
        query = call.query
        rows = [
            row
            for row in self._visible(call)
            if (not query.get("email") or row.get("email") == query["email"])
            and query.get("companyName", "") in (row.get("companyName") or "")
            and f"{row.get('lastName') or ''}{row.get('firstName') or ''}".startswith(
                query.get("name", "")
            )
        ]
        return self._page(call, rows)

    def read_card(self, call: Call) -> Response:
        """Read one card."""
        row = self._cards.get(call.params["card"])
        if row is None:
            raise SansanFault(404, "bizCard is not found", "not_found")
        return json_answer(_shown(call, row))

    def list_tags(self, call: Call) -> Response:
        """List tags."""
        body = {"hasMore": False, "nextPageToken": None, "data": self._tags.rows()}
        return json_answer(body)

    def _visible(self, call: Call) -> list[Row]:
        """Return all cards with range=all; the key's own user has none, so range=me is empty."""
        return self._cards.rows() if call.query.get("range") == "all" else []

    def _page(self, call: Call, rows: list[Row]) -> Response:
        order = _choice(call, "orderBy", "updatedAt", tuple(_ORDERS))
        direction = _choice(call, "orderDirection", "asc", ("asc", "desc"))
        rows.sort(key=lambda row: (row.get(_ORDERS[order]) or "", row["id"]))
        if direction == "desc":
            rows.reverse()
        limit = call.query.get("limit", "100")
        if not limit.isdigit() or not 1 <= int(limit) <= LARGEST_PAGE:
            raise _invalid("limit")
        start = int(call.state.get("start", 0))
        end = start + int(limit)
        has_more = end < len(rows)
        body: dict[str, Any] = {
            "hasMore": has_more,
            "nextPageToken": _token(call, end) if has_more else None,
            "data": [_shown(call, row) for row in rows[start:end]],
        }
        return json_answer(body)


def _shown(call: Call, row: Row) -> Row:
    if call.query.get("includeTags", "false").lower() == "true":
        return row
    return {name: value for name, value in row.items() if name != "tags"}


def _invalid(name: str) -> SansanFault:
    return SansanFault(400, f"{name} is invalid", "invalid_parameter")


def _choice(call: Call, name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = call.query.get(name, default)
    if value not in allowed:
        raise _invalid(name)
    return value


def _instant(call: Call, name: str) -> datetime:
    """Read a required instant. An unencoded ``+`` arrives as a blank and is refused."""
    text = call.query.get(name)
    if not text:
        raise SansanFault(400, f"{name} is required", "required_parameter")
    try:
        has_zone = text.endswith("Z") or text[10:].count("+") + text[10:].count("-") == 1
        if " " in text or not has_zone:
            raise ValueError(text)
        return parse_instant(text)
    except ValueError:
        raise _invalid(name) from None


def _following(call: Call) -> Call:
    """Return the call with the filters its page token stands for.

    A token works alone or beside the filters it was given out for; other filters are refused.
    """
    text = call.query.get("nextPageToken")
    if not text:
        return call
    try:
        start, filters = json.loads(base64.urlsafe_b64decode(text.encode()))
        kept = [(str(name), str(value)) for name, value in filters]
    except (ValueError, TypeError):
        raise _invalid("nextPageToken") from None
    beside = _filters(call)
    if beside and sorted(beside) != sorted(kept):
        raise _invalid("nextPageToken")
    return replace(call, query=QueryParams(kept), state={"start": start})


def _filters(call: Call) -> list[tuple[str, str]]:
    return [pair for pair in call.query.multi_items() if pair[0] != "nextPageToken"]


def _token(call: Call, start: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, _filters(call)]).encode()).decode()

"""Stand-in of Typeform: forms and the Responses API.

Belongs here: Typeform's paths, paging and errors. Must not: know other vendors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import parse_instant
from sandbox.exchange import Call, json_answer, route
from sandbox.settings import Credentials
from sandbox.tables import Estate, Row

LARGEST_PAGE = 1000
_STAMP_OF = {"completed": "submitted_at", "partial": "staged_at", "started": "landed_at"}


class TypeformFault(Exception):
    """A refusal with Typeform's status and code."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description


class Typeform:
    """The forms of one Typeform account."""

    def __init__(self, estate: Estate, credentials: Credentials) -> None:
        self._forms = estate.table("typeform.forms")
        self._responses = estate.table("typeform.responses")
        self._token = credentials.typeform_token

    def routes(self) -> list[Route]:
        """Return the routes of forms and responses."""
        return [
            self._route("/forms", ["GET"], self.list_forms),
            self._route("/forms/{form}", ["GET"], self.read_form),
            self._route("/forms/{form}/responses", ["GET"], self.list_responses),
            self._route("/me", ["GET"], lambda call: json_answer({"alias": "sandbox"})),
        ]

    def _route(
        self, path: str, methods: Sequence[str], handler: Callable[[Call], Response]
    ) -> Route:
        def guarded(call: Call) -> Response:
            try:
                if call.bearer() != self._token:
                    raise TypeformFault(401, "AUTHENTICATION_FAILED", "Authentication failed")
                return handler(call)
            except TypeformFault as fault:
                body = {"code": fault.code, "description": fault.description}
                return json_answer(body, fault.status)

        return route(path, methods, guarded)

    def list_forms(self, call: Call) -> Response:
        """List forms, page by page."""
        size, page = _number(call, "page_size", 10, 200), _number(call, "page", 1, 100_000)
        rows = self._forms.rows()
        shown = [
            {
                "id": row["id"],
                "title": row["title"],
                "type": row.get("type", "quiz"),
                "created_at": row.get("created_at"),
                "last_updated_at": row.get("last_updated_at"),
                "settings": {"is_public": True},
                "_links": row.get("_links", {}),
            }
            for row in rows[(page - 1) * size : page * size]
        ]
        pages = -(-len(rows) // size)
        return json_answer({"total_items": len(rows), "page_count": pages, "items": shown})

    def read_form(self, call: Call) -> Response:
        """Read one form's definition."""
        return json_answer(self._form(call))

    def list_responses(self, call: Call) -> Response:
        """List the responses of a form, newest first unless asked otherwise."""
        self._form(call)
        size = _number(call, "page_size", 25, LARGEST_PAGE)
        rows = self._wanted(call)
        shown = [{name: row[name] for name in row if name != "form_id"} for row in rows[:size]]
        pages = -(-len(rows) // size)
        return json_answer({"total_items": len(rows), "page_count": pages, "items": shown})

    def _form(self, call: Call) -> Row:
        form = self._forms.get(call.params["form"])
        if form is None:
            raise TypeformFault(404, "FORM_NOT_FOUND", "Form not found")
        return form

    def _wanted(self, call: Call) -> list[Row]:
        types = [name for name in call.query.get("response_type", "completed").split(",") if name]
        ids = self._responses.find("form_id", call.params["form"])
        rows = [row for row_id in ids if (row := self._responses.get(row_id))]
        rows = [row for row in rows if row.get("response_type", "completed") in types]
        stamp = _STAMP_OF.get(types[0] if types else "completed", "submitted_at")
        rows.sort(key=lambda row: (str(row.get(stamp)), row["token"]), reverse=True)
        rows = [row for row in rows if _in_span(call, row.get(stamp))]
        rows = _between_tokens(call, rows)
        if call.query.get("sort", "").endswith(",asc"):
            rows.reverse()
        excluded = set(call.query.get("excluded_response_ids", "").split(","))
        included = {name for name in call.query.get("included_response_ids", "").split(",") if name}
        return [
            row
            for row in rows
            if row["token"] not in excluded and (not included or row["token"] in included)
        ]


def _between_tokens(call: Call, rows: list[Row]) -> list[Row]:
    """Cut at the exclusive tokens: ``before`` = older than it, ``after`` = newer than it."""
    before, after = call.query.get("before"), call.query.get("after")
    if (before or after) and call.query.get("sort"):
        message = "before and after can not be used with sort"
        raise TypeformFault(400, "VALIDATION_ERROR", message)
    tokens = [row["token"] for row in rows]
    if before:
        rows = rows[tokens.index(before) + 1 :] if before in tokens else []
    if after:
        rows = rows[: tokens.index(after)] if after in tokens else []
    return rows


def _in_span(call: Call, stamp: Any) -> bool:
    since, until = _instant(call, "since"), _instant(call, "until")
    if since is None and until is None:
        return True
    if not stamp:
        return False
    at = parse_instant(stamp)
    return (since is None or at >= since) and (until is None or at <= until)


def _instant(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    if not text:
        return None
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        return parse_instant(text)
    except ValueError:
        raise TypeformFault(400, "VALIDATION_ERROR", f"{name} is not a date") from None


def _number(call: Call, name: str, default: int, largest: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= largest:
        message = f"{name} must be between 1 and {largest}"
        raise TypeformFault(400, "VALIDATION_ERROR", message)
    return int(text)

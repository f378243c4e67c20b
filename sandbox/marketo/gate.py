"""The frame of every Marketo call: token, rate, daily quota, envelope, calls at the same time.

Belongs here: what all calls share. Must not: know a resource.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.exchange import BadBody, Call, json_answer, route
from sandbox.marketo.errors import MarketoFault, envelope, failure, invalid
from sandbox.marketo.instance import Instance

LONGEST_ADDRESS = 8_000
LARGEST_BATCH = 300
# from this moment on a token in the query is no token
QUERY_TOKENS_END = datetime(2026, 8, 31, tzinfo=UTC)
PATHS = ("/rest/", "/bulk/", "/identity/")
InstanceHandler = Callable[[Instance, Call], Any]


class Gate:
    """Binds handlers to paths behind the token."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def route(self, path: str, methods: Sequence[str], handler: InstanceHandler) -> Route:
        """Bind a handler that returns a whole body or a Response."""

        def guarded(call: Call) -> Response:
            try:
                call = self._let_in(call)
                if call.method not in methods:
                    raise MarketoFault("605", f"HTTP Method '{call.method}' not supported")
                answer = handler(self._instance, call)
                return answer if isinstance(answer, Response) else json_answer(answer)
            except MarketoFault as fault:
                return self._refused(fault.code, fault.message)
            except BadBody:
                return self._refused("609", "Invalid JSON")

        # whatever can be read can also be asked for by a form, with ``_method=GET`` in it
        return route(path, sorted({*methods, "POST"}), guarded)

    def sign_in(self) -> Route:
        """Return the route that gives out tokens."""
        return route("/identity/oauth/token", ["GET", "POST"], self._token)

    def _token(self, call: Call) -> Response:
        given = dict(call.query) | dict(parse_qsl(call.body.decode("utf-8", "replace")))
        kept = self._instance.credentials
        wanted = (kept.marketo_client_id, kept.marketo_client_secret)
        if (given.get("client_id"), given.get("client_secret")) != wanted:
            said = "No client with requested id" if given.get("client_id") != wanted[0] else ""
            body = {
                "error": "invalid_client",
                "error_description": said or "Bad client credentials",
            }
            return json_answer(body, 401)
        if given.get("grant_type") != "client_credentials":
            body = {"error": "unsupported_grant_type", "error_description": "unsupported grant"}
            return json_answer(body, 400)
        return json_answer(self._instance.token())

    def _let_in(self, call: Call) -> Call:
        if len(call.path) + len(str(call.query)) > LONGEST_ADDRESS:
            raise MarketoFault("414", "Request-URI Too Long")
        self._instance.check_token(self._given_token(call))
        self._instance.count_call()
        return _as_get(call)

    def _given_token(self, call: Call) -> str:
        if call.bearer():
            return call.bearer()
        if self._instance.clock.now() >= QUERY_TOKENS_END:
            return ""
        return call.query.get("access_token", "")

    def _refused(self, code: str, message: str) -> Response:
        self._instance.today().errors[code] += 1
        if code == "414":
            return Response(message, 414, media_type="text/plain")
        return json_answer(failure(code, message))


class ConcurrencyLayer:
    """Refuses calls beyond those that an instance serves at the same time."""

    def __init__(self, app: ASGIApp, instance: Instance) -> None:
        self._app = app
        self._instance = instance
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PATHS):
            await self._app(scope, receive, send)
            return
        limit = self._instance.switches.concurrent_calls
        if self._running >= limit:
            body = failure("615", f"Concurrent access limit '{limit}' reached")
            await json_answer(body)(scope, receive, send)
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1


def _as_get(call: Call) -> Call:
    """Return a POST with ``_method=GET`` as the GET that did not fit into one address."""
    if call.method != "POST" or call.headers.get("content-type", "").startswith("application/json"):
        return call
    form = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    given = [*call.query.multi_items(), *form]
    if ("_method", "GET") not in given:
        return call
    return replace(call, method="GET", query=QueryParams(given), body=b"")


def names_in(call: Call, parameter: str) -> list[str]:
    """Read a list parameter, given once with commas or several times."""
    texts = call.query.getlist(parameter)
    return [one.strip() for text in texts for one in text.split(",") if one.strip()]


def batch_size(call: Call) -> int:
    """Read the size of a page.

    Raises:
        MarketoFault: it is no number from 1 to 300.
    """
    text = call.query.get("batchSize") or str(LARGEST_BATCH)
    if not text.isdigit() or not 1 <= int(text) <= LARGEST_BATCH:
        raise invalid(f"Invalid batchSize {text}: must be between 1 and {LARGEST_BATCH}")
    return int(text)


def page_of(rows: list[Any], call: Call) -> dict[str, Any]:
    """Return one page of rows; the token of the next one is where it begins."""
    start, size = _start(call), batch_size(call)
    more = {"nextPageToken": f"{start + size}="} if start + size < len(rows) else {}
    return envelope(rows[start : start + size], **more)


def _start(call: Call) -> int:
    text = (call.query.get("nextPageToken") or "0=").replace(" ", "+").removesuffix("=")
    if not text.isdigit():
        raise invalid("Invalid nextPageToken")
    return int(text)

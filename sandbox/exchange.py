"""One HTTP exchange as the stand-ins see it: a read request in, an answer out.

Belongs here: the small frame around every handler, so that handlers are plain functions.
Must not: know a vendor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

JSON = "application/json;charset=UTF-8"


class BadBody(ValueError):
    """The request's body is not the JSON object or list that it should be."""


@dataclass(frozen=True)
class Call:
    """A request whose body has been read."""

    method: str
    path: str
    params: Mapping[str, str]
    query: QueryParams
    headers: Headers
    body: bytes = b""
    state: dict[str, Any] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the JSON body; an empty one counts as an empty object.

        Raises:
            BadBody: the body is not JSON.
        """
        if not self.body:
            return {}
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise BadBody(str(error)) from error

    def json_object(self) -> dict[str, Any]:
        """Return the JSON body, which has to be an object.

        Raises:
            BadBody: the body is not JSON or no object.
        """
        body = self.json()
        if not isinstance(body, dict):
            raise BadBody("expected a JSON object")
        return body

    def bearer(self) -> str:
        """Return the token of the Authorization header, or an empty text."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() in {"bearer", "oauth"} else ""


Handler = Callable[[Call], Response]


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer with real Japanese characters in it."""
    return Response(json_text(body).encode(), status, dict(headers or {}), JSON)


def json_text(value: Any) -> str:
    """Return JSON with real Japanese characters; half a surrogate pair stays a JSON escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace").decode()


def text_answer(text: str, status: int = 200) -> Response:
    """Return a plain-text answer."""
    return Response(text, status, media_type="text/plain")


def route(path: str, methods: Sequence[str], handler: Handler) -> Route:
    """Bind a plain handler to a path.

    Handlers run on the event loop, one after the other: no request sees half of another's writes.
    """

    async def endpoint(request: Request) -> Response:
        return handler(
            Call(
                method=request.method,
                path=request.url.path,
                params=request.path_params,
                query=request.query_params,
                headers=request.headers,
                body=await request.body(),
                state=request.scope.get("sandbox", {}),
            )
        )

    return Route(path, endpoint, methods=list(methods))

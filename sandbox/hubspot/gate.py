"""The frame of every HubSpot call: bearer token, call counter, limit headers, errors.

Belongs here: what all calls share, and both spellings of versioned paths.
Must not: know a resource.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import BadBody, Call, json_answer, route
from sandbox.hubspot.account import DAILY_CALLS, WINDOW_CALLS, Account
from sandbox.hubspot.errors import HubSpotFault, validation

LONGEST_ADDRESS = 15_000
AccountHandler = Callable[[Account, Call], Response]


class Gate:
    """Binds handlers to paths behind the bearer token."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(
        self,
        paths: Sequence[str],
        methods: Sequence[str],
        handler: AccountHandler,
        *,
        has_limit_headers: bool = True,
    ) -> list[Route]:
        """Bind a handler to one or several paths."""

        def guarded(call: Call) -> Response:
            answer = self._answer(call, handler)
            if has_limit_headers and answer.status_code != 401:
                answer.headers.update(self._limits())
            return answer

        return [route(path, methods, guarded) for path in paths]

    def _answer(self, call: Call, handler: AccountHandler) -> Response:
        try:
            if call.bearer() != self._account.credentials.hubspot_access_token:
                raise HubSpotFault(
                    401,
                    "INVALID_AUTHENTICATION",
                    "Authentication credentials not found. This API supports OAuth 2.0 "
                    "authentication and you can find more details at "
                    "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
                )
            self._account.calls += 1
            if len(str(call.query)) > LONGEST_ADDRESS:
                return Response("URI Too Long", 414, media_type="text/plain")
            return handler(self._account, call)
        except HubSpotFault as fault:
            return json_answer(fault.body(), fault.status)
        except BadBody as error:
            return json_answer(validation(f"Invalid input JSON: {error}").body(), 400)

    def _limits(self) -> dict[str, str]:
        return {
            "X-HubSpot-RateLimit-Daily": str(DAILY_CALLS),
            "X-HubSpot-RateLimit-Daily-Remaining": str(DAILY_CALLS - self._account.calls),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Max": str(WINDOW_CALLS),
            "X-HubSpot-RateLimit-Remaining": str(WINDOW_CALLS - 1),
        }


def versioned(area: str, resource: str, rest: str = "") -> list[str]:
    """Return a path in its old (``/crm/v3/objects``) and dated (``/crm/objects/2026-03``) form."""
    return [f"/{area}/v3/{resource}{rest}", f"/{area}/{resource}/{{version}}{rest}"]


def page_limit(call: Call, default: int, largest: int) -> int:
    """Read the limit of a page.

    Raises:
        HubSpotFault: it is no number from 1 to the largest allowed.
    """
    text = call.query.get("limit", str(default))
    if not text.isdigit() or not 1 <= int(text) <= largest:
        raise validation(f"Invalid page size {text}: must be between 1 and {largest}")
    return int(text)


def names_of(call: Call, parameter: str) -> list[str]:
    """Read a list parameter, given once with commas or several times."""
    return [
        name for text in call.query.getlist(parameter) for name in text.split(",") if name.strip()
    ]


def page_body(results: list[object], after: str | None, call: Call) -> dict[str, object]:
    """Return a page; ``paging`` is absent on the last one."""
    body: dict[str, object] = {"results": results}
    if after is not None:
        body["paging"] = {"next": {"after": after, "link": f"{call.path}?after={after}"}}
    return body

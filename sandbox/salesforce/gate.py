"""The frame of every signed-in Salesforce call: session, API count, limit header, errors.

Belongs here: what all REST calls share. Must not: know a resource.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.responses import Response
from starlette.routing import Match, Route

from sandbox.exchange import BadBody, Call, json_answer, route
from sandbox.salesforce import errors
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.org import DAILY_API_CALLS, Org

OrgHandler = Callable[[Org, Call], Response]


class Gate:
    """Binds handlers to paths behind sign-in."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._bound: list[tuple[Route, OrgHandler]] = []

    def route(self, path: str, methods: Sequence[str], handler: OrgHandler) -> Route:
        """Bind a handler to a path below ``/services/data/v<version>``."""

        def guarded(call: Call) -> Response:
            answer = self._answer(call, handler)
            answer.headers["Sforce-Limit-Info"] = (
                f"api-usage={self._org.api_calls}/{DAILY_API_CALLS}"
            )
            return answer

        bound = route("/services/data/v{version}" + path, methods, guarded)
        self._bound.append((bound, handler))
        return bound

    def inner_answer(self, call: Call) -> Response:
        """Answer a request within a composite request, which is signed in already."""
        scope = {"type": "http", "method": call.method, "path": call.path}
        try:
            for bound, handler in self._bound:
                match, child = bound.matches(scope)
                if match is Match.FULL:
                    return handler(self._org, replace(call, params=child["path_params"]))
            raise errors.resource_missing()
        except SalesforceFault as fault:
            return json_answer(fault.body(), fault.status)
        except BadBody as error:
            return json_answer(SalesforceFault(400, "JSON_PARSER_ERROR", str(error)).body(), 400)

    def _answer(self, call: Call, handler: OrgHandler) -> Response:
        try:
            if not self._org.sessions.is_valid(call.bearer()):
                raise errors.session_invalid()
            self._org.api_calls += 1
            return handler(self._org, call)
        except SalesforceFault as fault:
            return json_answer(fault.body(), fault.status)
        except BadBody as error:
            return json_answer(SalesforceFault(400, "JSON_PARSER_ERROR", str(error)).body(), 400)


def root_of(call: Call) -> str:
    """Return the root of the versioned paths, as answers link to it."""
    return f"/services/data/v{call.params['version']}"

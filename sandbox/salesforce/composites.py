"""Several REST requests in one call: composite (25, may build on each other) and batch.

Belongs here: taking a call apart and putting the answers together. Must not: know resources.
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.gate import Gate
from sandbox.salesforce.org import Org

LARGEST = 25
_REFERENCE = re.compile(r"@\{(\w+)\.(\w+)\}")


class _RolledBack(Exception):
    """One request failed and the caller wanted all or none."""


class Composites:
    """The composite resources behind one gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the routes of both resources."""
        return [
            self._gate.route("/composite", ["POST"], self.composite),
            self._gate.route("/composite/", ["POST"], self.composite),
            self._gate.route("/composite/batch", ["POST"], self.batch),
        ]

    def batch(self, org: Org, call: Call) -> Response:
        """Run requests that know nothing of each other."""
        requests = _listed(call.json_object(), "batchRequests")
        results = []
        for one in requests:
            path = "/services/data/" + str(one.get("url", "")).lstrip("/")
            answer = self._gate.inner_answer(_inner(one, path, one.get("richInput"), {}))
            results.append({"statusCode": answer.status_code, "result": _content(answer)})
        failed = any(result["statusCode"] >= 400 for result in results)
        return json_answer({"hasErrors": failed, "results": results})

    def composite(self, org: Org, call: Call) -> Response:
        """Run requests in order; later ones may use ``@{reference.field}`` of earlier answers."""
        body = call.json_object()
        requests = _listed(body, "compositeRequest")
        if not body.get("allOrNone"):
            return json_answer({"compositeResponse": self._run(requests, stop_on_error=False)})
        answers: list[dict[str, Any]] = []
        try:
            with org.estate.all_or_nothing():
                answers = self._run(requests, stop_on_error=True)
                if answers[-1]["httpStatusCode"] >= 400:
                    raise _RolledBack
        except _RolledBack:
            answers = _halted(requests, answers)
        return json_answer({"compositeResponse": answers})

    def _run(self, requests: list[Any], *, stop_on_error: bool) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        known: dict[str, Any] = {}
        for one in requests:
            url = str(_filled(one.get("url", ""), known))
            inner = _inner(one, url, _filled(one.get("body"), known), one.get("httpHeaders") or {})
            answer = self._gate.inner_answer(inner)
            content, name = _content(answer), one.get("referenceId")
            known[str(name)] = content
            answers.append(
                {
                    "body": content,
                    "httpHeaders": {},
                    "httpStatusCode": answer.status_code,
                    "referenceId": name,
                }
            )
            if stop_on_error and answer.status_code >= 400:
                break
        return answers


def _listed(body: dict[str, Any], name: str) -> list[Any]:
    requests = body.get(name)
    if not isinstance(requests, list) or not requests:
        raise SalesforceFault(400, "MISSING_ARGUMENT", f"{name} not specified")
    if len(requests) > LARGEST:
        message = f"at most {LARGEST} requests, found {len(requests)}"
        raise SalesforceFault(400, "LIMIT_EXCEEDED", message)
    return requests


def _inner(one: dict[str, Any], url: str, body: Any, headers: dict[str, str]) -> Call:
    path, _, query = url.partition("?")
    return Call(
        method=str(one.get("method", "GET")).upper(),
        path=path,
        params={},
        query=QueryParams(query),
        headers=Headers(headers),
        body=b"" if body is None else json.dumps(body).encode(),
    )


def _content(answer: Response) -> Any:
    return json.loads(bytes(answer.body)) if answer.body else None


def _filled(value: Any, known: dict[str, Any]) -> Any:
    """Replace references to fields of earlier answers."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: str((known.get(found[1]) or {}).get(found[2])), value)
    if isinstance(value, dict):
        return {name: _filled(part, known) for name, part in value.items()}
    return [_filled(part, known) for part in value] if isinstance(value, list) else value


def _halted(requests: list[Any], answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the answers when the last one failed and all others were undone or never run."""
    halted = SalesforceFault(
        400, "PROCESSING_HALTED", "The transaction was rolled back since another operation failed."
    )
    failed = len(answers) - 1
    return [
        answers[failed]
        if at == failed
        else {
            "body": halted.body(),
            "httpHeaders": {},
            "httpStatusCode": 400,
            "referenceId": one.get("referenceId"),
        }
        for at, one in enumerate(requests)
    ]

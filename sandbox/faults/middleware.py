"""Lets switched-on faults strike requests, and counts what is asked.

Belongs here: the outermost layer of the server. Must not: know handlers.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults.answers import ALTERING, Answer, alter, listing_of
from sandbox.faults.bodies import fault_response
from sandbox.faults.locks import locked_records
from sandbox.faults.rules import FaultBoard, Rule
from sandbox.request_log import RequestLog, vendor_of

_ANSWERING = ("status", "quota", "bad_body", "expired_token")
_HOLDING = (*ALTERING, "cut_middle")


class FaultLayer:
    """Outermost ASGI layer: latency, cut connections, vendor errors, held rows."""

    def __init__(
        self,
        app: ASGIApp,
        board: FaultBoard,
        log: RequestLog,
        revoke_session: Callable[[str], None],
    ) -> None:
        self._app = app
        self._board = board
        self._log = log
        self._revoke_session = revoke_session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/__sandbox"):
            await self._app(scope, receive, send)
            return
        vendor = vendor_of(scope["path"])
        rules = self._board.striking(scope["method"], scope["path"], vendor)
        self._log.add(scope, vendor)
        for rule in rules:
            if rule.fault == "latency":
                await asyncio.sleep(rule.seconds)
            for edit in rule.edits:
                await self._edit(scope, *edit)
        if any(rule.fault == "cut_before" for rule in rules):
            _cut(send)
            return
        answering = next((rule for rule in rules if rule.fault in _ANSWERING), None)
        if answering is not None:
            await self._answer(answering, vendor, scope, receive, send)
            return
        await self._serve(rules, scope, receive, send)

    async def _answer(
        self, rule: Rule, vendor: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if rule.fault == "expired_token":
            self._revoke_session(_token(scope))
        await fault_response(rule, vendor)(scope, receive, send)

    async def _serve(self, rules: list[Rule], scope: Scope, receive: Receive, send: Send) -> None:
        locking = [rule for rule in rules if rule.fault == "row_lock"]
        held: frozenset[str] | None = frozenset()
        if locking:
            all_rows = any(rule.records is None for rule in locking)
            held = (
                None if all_rows else frozenset().union(*(rule.records or () for rule in locking))
            )
        with locked_records(held):
            if any(rule.fault == "cut_after" for rule in rules):
                await self._app(scope, receive, _swallow)
                _cut(send)
                return
            holding = [rule for rule in rules if rule.fault in _HOLDING]
            if holding:
                await self._serve_otherwise(holding, scope, receive, send)
                return
            await self._app(scope, receive, send)

    async def _serve_otherwise(
        self, rules: list[Rule], scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = await self._answered(scope, receive)
        for rule in rules:
            if rule.fault in ALTERING:
                query = scope["query_string"].decode("latin-1")
                alter(rule, listing_of(scope["path"], query), answer)
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        await send(start)
        if any(rule.fault == "cut_middle" for rule in rules):
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await asyncio.sleep(0)  # lets the half leave before the connection closes
            _cut(send, gently=True)
            return
        await send({"type": "http.response.body", "body": answer.body})

    async def _answered(self, scope: Scope, receive: Receive) -> Answer:
        answer = Answer()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            elif message["type"] == "http.response.body":
                answer.body += message.get("body", b"")

        await self._app(scope, receive, hold)
        return answer

    async def _edit(self, scope: Scope, method: str, page: str, body: Any) -> None:
        """Change a record as somebody in that system does while another one reads."""
        path, _, query = f"/__sandbox/{page}".partition("?")
        content = json.dumps(body).encode() if body is not None else b""
        inner = {**scope, "method": method, "path": path, "raw_path": path.encode()}
        inner |= {"query_string": query.encode(), "headers": [], "path_params": {}}

        async def given() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        answer = await self._answered(inner, given)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {page}: {answer.status} {answer.body.decode()}")


async def _swallow(message: Message) -> None:
    """Let the work be done and its answer get lost."""


def _cut(send: Any, *, gently: bool = False) -> None:
    """Close the connection in the middle; uvicorn's `send` is bound to the exchange.

    Gently: what was handed over still leaves, and the other side waits for the rest in vain.
    """
    transport = send.__self__.transport
    if gently:
        transport.close()
    else:
        transport.abort()


def _token(scope: Scope) -> str:
    headers = dict(scope["headers"])
    return str(headers.get(b"authorization", b"").decode("latin-1").partition(" ")[2])

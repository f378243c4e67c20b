"""Lets switched-on faults strike requests, and counts what is asked.

Belongs here: the outermost layer of the server. Must not: know handlers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults.bodies import fault_response
from sandbox.faults.locks import locked_records
from sandbox.faults.rules import FaultBoard, Rule
from sandbox.request_log import RequestLog, vendor_of

_ANSWERING = ("status", "quota", "bad_body", "expired_token")


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
            if not any(rule.fault == "cut_after" for rule in rules):
                await self._app(scope, receive, send)
                return
            await self._app(scope, receive, _swallow)
        _cut(send)


async def _swallow(message: Message) -> None:
    """Let the work be done and its answer get lost."""


def _cut(send: Any) -> None:
    """Close the connection without an answer; uvicorn's `send` is bound to the exchange."""
    send.__self__.transport.abort()


def _token(scope: Scope) -> str:
    headers = dict(scope["headers"])
    return str(headers.get(b"authorization", b"").decode("latin-1").partition(" ")[2])

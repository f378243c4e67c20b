"""Marketo's errors as it spells them: a code inside an HTTP 200.

Belongs here: codes, messages, the envelope. Must not: decide when they happen.
"""

from __future__ import annotations

import secrets
from typing import Any


class MarketoFault(Exception):
    """A refusal with Marketo's code; the HTTP status stays 200."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def reason(self) -> dict[str, str]:
        """Return the refusal as it stands at one record."""
        return {"code": self.code, "message": self.message}


def envelope(result: Any = None, **more: Any) -> dict[str, Any]:
    """Return the body of a call that worked; ``None`` leaves ``result`` out."""
    body: dict[str, Any] = {"requestId": request_id(), "success": True, **more}
    return body if result is None else {**body, "result": result}


def failure(code: str, message: str) -> dict[str, Any]:
    """Return the body of a call that failed."""
    errors = [{"code": code, "message": message}]
    return {"requestId": request_id(), "success": False, "errors": errors}


def request_id() -> str:
    """Return an id of the form that Marketo gives every call."""
    return f"{secrets.token_hex(2)}#{secrets.token_hex(6)}"


def invalid(message: str) -> MarketoFault:
    """Return the refusal of a value."""
    return MarketoFault("1003", message)

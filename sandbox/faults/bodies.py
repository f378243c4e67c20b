"""What each vendor answers when something is wrong on its side.

Belongs here: error bodies per vendor and fault. Must not: decide when they are sent.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from sandbox.faults.rules import Rule

_CODES = {
    400: "UNKNOWN_EXCEPTION",
    401: "INVALID_SESSION_ID",
    403: "REQUEST_LIMIT_EXCEEDED",
    404: "NOT_FOUND",
    500: "UNKNOWN_EXCEPTION",
    502: "SERVER_UNAVAILABLE",
    503: "SERVER_UNAVAILABLE",
}
_MESSAGES = {
    401: "Session expired or invalid",
    403: "TotalRequests Limit exceeded.",
    404: "The requested resource does not exist",
    503: "This server is temporarily unavailable",
}


def fault_response(rule: Rule, vendor: str) -> Response:
    """Return the answer of a fault that answers instead of the vendor."""
    if rule.fault == "bad_body":
        text = "<html><body>Bad gateway" if rule.body is None else rule.body
        return _response(text, rule.status or 200, rule.headers)
    if vendor == "marketo" and rule.fault in _MARKETO_CODES and rule.body is None:
        # Marketo refuses with HTTP 200 and a code inside
        return _response(_marketo_body(rule.fault), rule.status or 200, rule.headers)
    status = rule.status or {"quota": _QUOTA_STATUS.get(vendor, 429), "expired_token": 401}.get(
        rule.fault, 500
    )
    body = rule.body if rule.body is not None else _body(vendor, status, rule.fault)
    headers = dict(rule.headers)
    if rule.fault == "quota" and vendor in {"slack", "typeform"}:
        headers.setdefault("Retry-After", "1")
    return _response(body, status, headers)


_QUOTA_STATUS = {"salesforce": 403}
_MARKETO_CODES = {
    "quota": ("607", "Daily API Request Quota reached"),
    "expired_token": ("602", "Access token expired"),
}


def _response(body: Any, status: int, headers: dict[str, str]) -> Response:
    if isinstance(body, str):
        return Response(body, status, headers, "text/html" if "<html" in body else "text/plain")
    return Response(json.dumps(body, ensure_ascii=False), status, headers, "application/json")


def _body(vendor: str, status: int, fault: str) -> Any:
    if vendor == "salesforce":
        return [
            {
                "message": _MESSAGES.get(status, "An unexpected error occurred."),
                "errorCode": _CODES.get(status, "UNKNOWN_EXCEPTION"),
            }
        ]
    if vendor == "hubspot":
        return _hubspot_body(status, fault)
    if vendor == "typeform":
        code = {401: "AUTHENTICATION_FAILED", 429: "TOO_MANY_REQUESTS"}
        return {"code": code.get(status, "INTERNAL_ERROR"), "description": "sandbox fault"}
    if vendor == "sansan":
        return {"statusCode": status, "message": "sandbox fault", "error": [{"code": "fault"}]}
    return "rollup_error" if status >= 500 else "invalid_payload"


def _marketo_body(fault: str) -> dict[str, Any]:
    code, message = _MARKETO_CODES[fault]
    errors = [{"code": code, "message": message}]
    return {"requestId": "0000#000000000000", "success": False, "errors": errors}


def _hubspot_body(status: int, fault: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "status": "error",
        "message": "internal error",
        "correlationId": "00000000-0000-4000-8000-000000000000",
        "category": {401: "EXPIRED_AUTHENTICATION", 403: "MISSING_SCOPES"}.get(
            status, "INTERNAL_ERROR"
        ),
    }
    if status == 429:
        policy = "DAILY" if fault == "quota" else "TEN_SECONDLY_ROLLING"
        limit = "daily limit" if fault == "quota" else "ten_secondly_rolling limit"
        body |= {
            "message": f"You have reached your {limit}.",
            "errorType": "RATE_LIMIT",
            "category": "RATE_LIMITS",
            "policyName": policy,
            "requestId": body["correlationId"],
        }
    return body

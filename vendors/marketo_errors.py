"""Marketo's error codes, which come inside answers with HTTP 200.

Here belongs what a code means to a caller and in which sentence it is told. Not here: calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vendors.errors import Fault, VendorError, scrub
from vendors.marketo_settings import VENDOR

# the token has ended; the time is not ripe; there is nothing
RENEWED = frozenset({"600", "601", "602"})
WAITED = frozenset({"502", "604", "606", "608", "611", "614", "615", "713"})
_FAULTS = {
    **dict.fromkeys(RENEWED, Fault.CREDENTIALS),
    "603": Fault.RIGHTS,
    "606": Fault.LIMIT,
    "607": Fault.LIMIT,
    "615": Fault.LIMIT,
    "1004": Fault.MISSING,
    "1006": Fault.MISSING,
    "1013": Fault.MISSING,
    "1029": Fault.LIMIT,
    **dict.fromkeys(("502", "604", "608", "611", "614", "713"), Fault.BROKEN),
}
NO_DATA = "702"


def first_error(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return code and message of the first error of an envelope."""
    errors = body.get("errors") or [{}]
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    return str(first.get("code") or ""), str(first.get("message") or "")


def refused(code: str, message: str, path: str) -> VendorError:
    """Return the error for a code of Marketo's."""
    texts = {
        "603": "Marketo denies access: the API user's role lacks a right, or this address is not "
        "on the instance's list of allowed ones",
        "607": "Marketo's calls of today are used up until midnight US Central",
        "1035": "Marketo's subscription does not allow this filter of bulk extract",
    }
    said = f": {scrub(message)}" if message else ""
    sentence = texts.get(code) or f"Marketo refused {path} (code {code or 'unknown'}){said}"
    return VendorError(VENDOR, _FAULTS.get(code, Fault.REFUSED), f"{sentence}.", code)

"""What can go wrong at a vendor, in one plain sentence each, without secrets or personal data.

Vendors' own error texts may quote values of records, and exceptions of the HTTP library quote
whole addresses: both are scrubbed or left out before they get here.
"""

from __future__ import annotations

import re
from enum import StrEnum

_MAIL = re.compile(r"[^\s\"'<>(),;:]+@[^\s\"'<>(),;:]+")
_DIGITS = re.compile(r"\+?\d[\d\-() ]{7,}\d")
_TOKEN = re.compile(r"(?i)(bearer\s+|token[=: ]+|secret[=: ]+|key[=: ]+)\S+|\b[\w!.\-]{60,}\b")


class Fault(StrEnum):
    """Why a vendor could not do what was asked; callers branch on this, people read the text."""

    SETTINGS = "settings"
    CREDENTIALS = "credentials"
    RIGHTS = "rights"
    MISSING = "missing"
    LIMIT = "limit"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    BROKEN = "broken"
    TRUNCATED = "truncated"


class VendorError(Exception):
    """A vendor could not be asked or did not do it.

    Attributes:
        vendor: the vendor's name as people write it.
        fault: the kind of failure.
        code: the vendor's own error code or the HTTP status, if it gave one.
    """

    def __init__(self, vendor: str, fault: Fault, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.vendor = vendor
        self.fault = fault
        self.code = code


class SettingsMissing(VendorError):
    """A vendor is configured by half; the sentence names what is missing."""

    def __init__(self, vendor: str, missing: list[str] | str) -> None:
        names = missing if isinstance(missing, str) else ", ".join(missing)
        super().__init__(vendor, Fault.SETTINGS, f"{vendor} is configured by half; set {names}.")


def scrub(text: str, limit: int = 300) -> str:
    """Return a vendor's message without mail addresses, long numbers and tokens.

    >>> scrub("Email: invalid email address: taro@example.com")
    'Email: invalid email address: <mail>'
    """
    clean = _TOKEN.sub("<token>", _MAIL.sub("<mail>", text))
    return " ".join(_DIGITS.sub("<number>", clean).split())[:limit]

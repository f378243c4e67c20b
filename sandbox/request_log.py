"""Counts what was asked of whom, so that tests can say "nothing was pulled twice".

Belongs here: which vendor a path belongs to, counters. Must not: keep bodies or credentials.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from starlette.types import Scope

_FIRST_PARTS = {
    "services": "salesforce",
    "lightning": "salesforce",
    "id": "salesforce",
    "crm": "hubspot",
    "marketing": "hubspot",
    "form-integrations": "hubspot",
    "events": "hubspot",
    "email": "hubspot",
    "account-info": "hubspot",
    "oauth": "hubspot",
    "forms": "typeform",
    "me": "typeform",
    "slack": "slack",
    "rest": "marketo",
    "bulk": "marketo",
    "identity": "marketo",
}
_KEPT = 5_000


def vendor_of(path: str) -> str:
    """Return the vendor whose API a path belongs to."""
    first = path.lstrip("/").split("/", 1)[0]
    if first in _FIRST_PARTS:
        return _FIRST_PARTS[first]
    return "sansan" if first[:1] == "v" and first[1:2].isdigit() else "unknown"


class RequestLog:
    """Counters per vendor and per method and path, and the last requests in order."""

    def __init__(self) -> None:
        self._by_vendor: Counter[str] = Counter()
        self._by_path: Counter[str] = Counter()
        self._recent: deque[dict[str, str]] = deque(maxlen=_KEPT)

    def add(self, scope: Scope, vendor: str) -> None:
        """Count one request."""
        method, path = scope["method"], scope["path"]
        self._by_vendor[vendor] += 1
        self._by_path[f"{method} {path}"] += 1
        query = scope["query_string"].decode("latin-1")
        self._recent.append({"vendor": vendor, "method": method, "path": path, "query": query})

    def reset(self) -> None:
        """Start counting anew."""
        self._by_vendor.clear()
        self._by_path.clear()
        self._recent.clear()

    def shown(self) -> dict[str, Any]:
        """Return the counts."""
        return {
            "total": sum(self._by_vendor.values()),
            "by_vendor": dict(self._by_vendor),
            "by_path": dict(self._by_path),
            "recent": list(self._recent),
        }

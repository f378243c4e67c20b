"""HubSpot's limits and refusals: how fast to ask, how long to wait, when to stop for today.

Here belongs what HubSpot's headers and error bodies mean. Not here: paths and paging.

    every answer   X-HubSpot-RateLimit-Max per -Interval-Milliseconds, -Remaining ▶ pace
    429            Retry-After, else the interval, else growing waits ▶ wait, ask again
    429 DAILY      nothing more is asked with this client
    search         five a second for the whole portal, told by no header ▶ a pace of its own
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from vendors.errors import Fault, VendorError, scrub
from vendors.session import LONGEST_WAIT, wait_asked

VENDOR = "HubSpot"
# 100 calls in 10 seconds is the smallest allowance of any plan
MIN_INTERVAL = 0.1
SEARCH_INTERVAL = 0.25
_LIMIT = "X-HubSpot-RateLimit-"
# below this share of the window others are asking too, and we slow down
_SCARCE = 0.1


class Pace:
    """How long to wait between two calls: the plan's allowance as the answers tell it.

    Args:
        interval: seconds between two calls before anything was told; zero never waits.
        sleep: how to wait.
    """

    def __init__(self, interval: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self.interval = interval
        self._waits = interval > 0
        self._sleep = sleep
        self._last_search = 0.0

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take over what an answer says about the window; answers of search say nothing."""
        window = _number(headers, "Interval-Milliseconds")
        most = _number(headers, "Max")
        if not self._waits or not window or not most:
            return
        left = _number(headers, "Remaining")
        scarce = left is not None and left < most * _SCARCE
        self.interval = window / 1000 / most * (2 if scarce else 1)

    def wait_for_search(self) -> None:
        """Wait until the next search may be asked."""
        wait = self._last_search + SEARCH_INTERVAL - time.monotonic()
        if self._waits and wait > 0:
            self._sleep(wait)
        self._last_search = time.monotonic()


def wait_told(response: requests.Response, attempt: int) -> float:
    """Return how many seconds to wait after an answer that asks to come again."""
    wait = wait_asked(response, attempt)
    if response.status_code != 429 or "Retry-After" in response.headers:
        return wait
    window = _number(response.headers, "Interval-Milliseconds")
    return min(max(wait, (window or 0) / 1000), LONGEST_WAIT)


def is_used_up(response: requests.Response) -> bool:
    """Whether the calls of the day are used up, so that asking again today is of no use."""
    return response.status_code == 429 and body_of(response).get("policyName") == "DAILY"


def refused(response: requests.Response) -> VendorError | None:
    """Return what HubSpot alone says so: missing scopes, a used-up day, a malformed token."""
    if response.status_code == 403:
        scopes = (body_of(response).get("context") or {}).get("missingScopes") or ()
        if scopes:
            names = scrub(", ".join(map(str, scopes)))
            sentence = f"HubSpot's token lacks the scopes {names}."
            return VendorError(VENDOR, Fault.RIGHTS, sentence, "403")
    if is_used_up(response):
        sentence = "HubSpot's calls of today are used up."
        return VendorError(VENDOR, Fault.LIMIT, sentence, "429")
    if response.status_code == 530:
        sentence = "HubSpot did not accept the credentials: the token is malformed (HTTP 530)."
        return VendorError(VENDOR, Fault.CREDENTIALS, sentence, "530")
    return None


def body_of(response: requests.Response) -> dict[str, Any]:
    """Return the JSON object of an answer; anything else is empty."""
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = str(headers.get(_LIMIT + name) or "")
    return float(text) if text.isdigit() else None

"""Fault rules: which requests they hit and how often.

Belongs here: reading, matching and counting rules. Must not: touch a connection.
"""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

FAULTS = {
    "status",
    "latency",
    "cut_before",
    "cut_after",
    "cut_middle",
    "truncate",
    "drop_rows",
    "end_early",
    "repeat_rows",
    "edit",
    "expired_token",
    "row_lock",
    "quota",
    "bad_body",
}
_KEYS = {"match", "fault", "status", "body", "headers", "seconds", "times", "skip", "records"} | {
    "above",
    "rows",
    "edits",
}
_MATCH_KEYS = {"method", "path_regex", "vendor"}


class BadRule(ValueError):
    """A fault rule that cannot be understood."""


@dataclass
class Rule:
    """One fault: it leaves the first `skip` matching requests alone and hits the next `times`.

    With `above` = (requests, seconds) it hits only requests beyond that rate, like a rate limit.
    `rows` is how many `drop_rows` loses of a page; `edits` are calls (method, record page, body)
    that somebody makes just before the request is served; `sent` is what `repeat_rows` repeats.
    """

    fault: str
    method: str | None = None
    path: re.Pattern[str] | None = None
    vendor: str | None = None
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    times: int | None = None
    skip: int = 0
    records: frozenset[str] | None = None
    above: tuple[int, float] | None = None
    rows: int = 1
    edits: tuple[tuple[str, str, Any], ...] = ()
    sent: dict[str, list[Any]] = field(default_factory=dict)
    seen: int = 0
    hits: int = 0
    passed_at: deque[float] = field(default_factory=deque)

    def hit(self, method: str, path: str, vendor: str) -> bool:
        """Count a request against the rule and tell whether the fault strikes it."""
        is_match = (
            (self.method is None or self.method == method)
            and (self.vendor is None or self.vendor == vendor)
            and (self.path is None or self.path.search(path) is not None)
        )
        if not is_match:
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.times is not None and self.hits >= self.times):
            return False
        if self.above is not None and self._is_within_rate(*self.above):
            return False
        self.hits += 1
        return True

    def _is_within_rate(self, requests: int, seconds: float) -> bool:
        now = time.monotonic()
        while self.passed_at and self.passed_at[0] <= now - seconds:
            self.passed_at.popleft()
        if len(self.passed_at) >= requests:
            return False
        self.passed_at.append(now)
        return True

    def shown(self) -> dict[str, Any]:
        """Return the rule with its counts for the admin page."""
        return {
            "fault": self.fault,
            "match": {
                "method": self.method,
                "path_regex": self.path.pattern if self.path else None,
                "vendor": self.vendor,
            },
            "times": self.times,
            "skip": self.skip,
            "seen": self.seen,
            "hits": self.hits,
        }


def read_rule(given: Any) -> Rule:
    """Read one rule as it was posted.

    Raises:
        BadRule: it says what is wrong.
    """
    if not isinstance(given, dict) or given.get("fault") not in FAULTS:
        raise BadRule(f"fault must be one of {', '.join(sorted(FAULTS))}")
    match = given.get("match") or {}
    unknown = (set(given) - _KEYS) | (set(match) - _MATCH_KEYS)
    if unknown:
        raise BadRule(f"unknown key: {', '.join(sorted(unknown))}")
    records, above = given.get("records"), given.get("above")
    try:
        return Rule(
            fault=given["fault"],
            method=match["method"].upper() if match.get("method") else None,
            path=re.compile(match["path_regex"]) if match.get("path_regex") else None,
            vendor=match.get("vendor"),
            status=given.get("status"),
            body=given.get("body"),
            headers={str(name): str(value) for name, value in (given.get("headers") or {}).items()},
            seconds=float(given.get("seconds", 1.0)),
            times=given.get("times"),
            skip=int(given.get("skip", 0)),
            records=None if records is None else frozenset(map(str, records)),
            above=None if above is None else (int(above["requests"]), float(above["seconds"])),
            rows=int(given.get("rows", 1)),
            edits=tuple((str(m), str(page), body) for m, page, body in given.get("edits") or ()),
        )
    except (re.error, ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadRule(str(error)) from error


class FaultBoard:
    """The rules that are switched on."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def add(self, given: Any) -> None:
        """Switch on one rule or a list of rules, all or none.

        Raises:
            BadRule: one of them cannot be understood.
        """
        self.rules += [read_rule(one) for one in (given if isinstance(given, list) else [given])]

    def clear(self) -> None:
        """Switch everything off."""
        self.rules.clear()

    def striking(self, method: str, path: str, vendor: str) -> list[Rule]:
        """Return the rules that strike this request, counting them."""
        return [rule for rule in self.rules if rule.hit(method, path, vendor)]

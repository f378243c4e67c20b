"""Telephone numbers that nobody has: blocks starting with 0 are never given out.

Belongs here: allocating true numbers. Must not: write them in people's styles.
"""

from __future__ import annotations

from collections import Counter

_MOBILE_PREFIXES = ("090", "080", "070")


class PhoneBook:
    """Hands out numbers, each one once, spread by a fixed step so neighbours look unlike."""

    _STEP = 7_919  # coprime to 10 000: walks through a block without repeating

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def _next(self, prefix: str) -> tuple[int, int]:
        number = self._used[prefix]
        self._used[prefix] += 1
        block, place = divmod(number, 10_000)
        return block, (place * self._STEP + 1_234) % 10_000

    def landline(self, area_code: str) -> str:
        """Return a new landline number of an area, written with hyphens."""
        block, rest = self._next(area_code)
        local_digits = 10 - len(area_code) - 4
        return f"{area_code}-{block:0{local_digits}d}-{rest:04d}"

    def mobile(self) -> str:
        """Return a new mobile number, written with hyphens."""
        prefix = _MOBILE_PREFIXES[self._used["mobile"] % 3]
        self._used["mobile"] += 1
        block, rest = self._next(prefix)
        return f"{prefix}-{block:04d}-{rest:04d}"

"""Counting the different keys of a read without holding them.

Here belongs the count that the truncation guard compares with the vendor's. Not here: what
follows from it (``ingestion.resources``).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

_MERGE_FROM = 200_000


class DistinctKeys:
    """Different keys seen, each remembered as a 64-bit fingerprint.

    In a million keys two share a fingerprint once in some ten million runs, and that would only
    make a complete read look short by one.
    """

    def __init__(self) -> None:
        self._merged = np.empty(0, np.int64)
        self._pending: list[np.ndarray] = []
        self._waiting = 0

    def add(self, keys: Iterable[str]) -> None:
        """Take note of some keys, seen before or not."""
        prints = np.fromiter(map(hash, keys), np.int64)
        self._pending.append(prints)
        self._waiting += len(prints)
        if self._waiting > len(self._merged) + _MERGE_FROM:
            self._merge()

    def count(self) -> int:
        """Return how many different keys were seen."""
        self._merge()
        return len(self._merged)

    def _merge(self) -> None:
        self._merged = np.unique(np.concatenate([self._merged, *self._pending]))
        self._pending, self._waiting = [], 0

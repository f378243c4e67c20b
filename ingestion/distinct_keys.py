"""Counting the different keys of a read without holding them.

Here belongs the count that the truncation guard compares with the vendor's. Not here: what
follows from it (``ingestion.resources``).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_MERGE_FROM = 16
_Prints = npt.NDArray[np.int64]


class DistinctKeys:
    """Different keys seen, each remembered as a 64-bit fingerprint.

    In a million keys two share a fingerprint once in some ten million runs, and that would only
    make a complete read look short by one.
    """

    def __init__(self) -> None:
        # each sorted, and none holding what another one holds
        self._seen: list[_Prints] = []

    def add(self, keys: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Take note of some keys.

        Returns:
            For each whether it is seen for the first time.
        """
        prints = np.fromiter(map(hash, keys), np.int64)
        different, first_at = np.unique(prints, return_index=True)
        is_new = ~self._is_seen(different)
        self._seen.append(different[is_new])
        if len(self._seen) > _MERGE_FROM:
            self._seen = [np.sort(np.concatenate(self._seen))]
        fresh = np.zeros(len(prints), np.bool_)
        fresh[first_at[is_new]] = True
        return fresh

    def count(self) -> int:
        """Return how many different keys were seen."""
        return sum(map(len, self._seen))

    def _is_seen(self, prints: _Prints) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(prints), np.bool_)
        for seen in self._seen:
            if len(seen):
                at = np.minimum(np.searchsorted(seen, prints), len(seen) - 1)
                found |= seen[at] == prints
        return found

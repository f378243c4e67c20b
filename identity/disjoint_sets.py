"""Union-find whose outcome does not depend on the order of the unions."""

from collections import defaultdict
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", int, str)
Numbers = NDArray[np.int64]


class DisjointSets(Generic[Key]):
    """Sets of keys; the smallest key of a set stands for it."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def find(self, key: Key) -> Key:
        """The key that stands for the set of `key` (which is added when new)."""
        parent = self._parent.setdefault(key, key)
        while parent != key:
            self._parent[key] = self._parent[parent]
            key, parent = parent, self._parent[parent]
        return key

    def union(self, one: Key, other: Key) -> Key:
        """Join the sets of two keys and return the key that stands for both."""
        return self._hang(self.find(one), self.find(other))

    def _hang(self, one: Key, other: Key) -> Key:
        """Make the smaller of two roots the root of both."""
        low, high = (one, other) if one <= other else (other, one)
        self._parent[high] = low
        return low

    def groups(self) -> dict[Key, list[Key]]:
        """Every set, its members sorted, by the key that stands for it."""
        members: dict[Key, list[Key]] = defaultdict(list)
        for key in sorted(self._parent):
            members[self.find(key)].append(key)
        return dict(members)


class ConstrainedSets(DisjointSets[Key]):
    """Disjoint sets of which some must never become one, whatever is joined in between."""

    def __init__(self) -> None:
        super().__init__()
        self._opponents: dict[Key, set[Key]] = {}

    def are_apart(self, one: Key, other: Key) -> bool:
        """Whether the sets of two keys are held apart."""
        a, b = self.find(one), self.find(other)
        opponents = self._opponents.get(a)
        return opponents is not None and b in {self.find(key) for key in opponents}

    def hold_apart(self, one: Key, other: Key) -> bool:
        """Keep the sets of two keys from ever becoming one; False when they are one already."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return False
        self._opponents.setdefault(a, set()).add(b)
        self._opponents.setdefault(b, set()).add(a)
        return True

    def union(self, one: Key, other: Key) -> Key:
        """Join two sets that are not held apart.

        Raises:
            ValueError: they are; ask `are_apart` first.
        """
        a, b = self.find(one), self.find(other)
        if self.are_apart(a, b):
            raise ValueError("two sets that are held apart cannot be joined")
        root = self._hang(a, b)
        opponents = self._opponents.pop(a, set()) | self._opponents.pop(b, set())
        if opponents:
            self._opponents[root] = opponents
        return root


def label_components(count: int, one: Numbers, other: Numbers) -> Numbers:
    """The smallest number that each of 0 … count - 1 is connected to, for many edges at once.

    Args:
        count: How many numbers there are.
        one: One end of each edge.
        other: The other end.
    """
    labels = np.arange(count, dtype=np.int64)
    while True:
        a, b = labels[one], labels[other]
        low, high = np.minimum(a, b), np.maximum(a, b)
        if np.array_equal(low, high):
            return labels
        # hook the greater root onto the smaller, then let everybody point at a root again
        np.minimum.at(labels, high, low)
        while not np.array_equal(parents := labels[labels], labels):
            labels = parents

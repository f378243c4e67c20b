"""Union-find whose outcome does not depend on the order of the unions."""

from collections import defaultdict


class DisjointSets:
    """Sets of keys; the smallest key of a set stands for it."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, key: str) -> str:
        """The key that stands for the set of `key` (which is added when new)."""
        parent = self._parent.setdefault(key, key)
        while parent != key:
            self._parent[key] = self._parent[parent]
            key, parent = parent, self._parent[parent]
        return key

    def union(self, one: str, other: str) -> str:
        """Join the sets of two keys and return the key that stands for both."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low
        return low

    def groups(self) -> dict[str, list[str]]:
        """Every set, its members sorted, by the key that stands for it."""
        members: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._parent):
            members[self.find(key)].append(key)
        return dict(members)


class ConstrainedSets(DisjointSets):
    """Disjoint sets of which some must never become one, whatever is joined in between."""

    def __init__(self) -> None:
        super().__init__()
        self._opponents: dict[str, set[str]] = {}

    def are_apart(self, one: str, other: str) -> bool:
        """Whether the sets of two keys are held apart."""
        a, b = self.find(one), self.find(other)
        opponents = self._opponents.get(a)
        return opponents is not None and b in {self.find(key) for key in opponents}

    def hold_apart(self, one: str, other: str) -> bool:
        """Keep the sets of two keys from ever becoming one; False when they are one already."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return False
        self._opponents.setdefault(a, set()).add(b)
        self._opponents.setdefault(b, set()).add(a)
        return True

    def union(self, one: str, other: str) -> str:
        """Join two sets that are not held apart.

        Raises:
            ValueError: they are; ask `are_apart` first.
        """
        a, b = self.find(one), self.find(other)
        if self.are_apart(a, b):
            raise ValueError("two sets that are held apart cannot be joined")
        root = super().union(a, b)
        opponents = self._opponents.pop(a, set()) | self._opponents.pop(b, set())
        if opponents:
            self._opponents[root] = opponents
        return root

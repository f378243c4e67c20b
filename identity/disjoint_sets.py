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

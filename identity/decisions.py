"""What people decided about pairs of records, and what of it is to be obeyed.

Here belongs which decision holds: the newest on a pair, and over chains of pairs (A is B, B is C)
the newer ones before an older one that contradicts them. Not here: how decisions come in
(`ingestion`), where they are kept (`registry`), or how matching obeys them (`constraints`).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from identity.disjoint_sets import DisjointSets


class Verdict(StrEnum):
    """What people said of two records."""

    SAME = "same"
    NOT_SAME = "not_same"
    HELD = "hold"


class Standing(StrEnum):
    """What became of a decision."""

    HOLDS = "holds"
    HELD = "held"
    REVISED = "revised"
    OVERRULED = "overruled"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about two records.

    Attributes:
        decision_id: Its key.
        one: Record key of the one record.
        other: Record key of the other.
        verdict: What was said.
        decided_at: When, as far as known.
        asked_at: When the question was written down that this answers; none if unknown.
        edited_at: Orders answers that were decided in the same instant.
        decided_by: Who said it; none if nobody signed.
        settles: Whether it answers the question which of two decisions is right.
    """

    decision_id: str
    one: str
    other: str
    verdict: Verdict
    decided_at: datetime
    asked_at: datetime | None = None
    edited_at: datetime | None = None
    decided_by: str | None = None
    settles: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """The two record keys, the smaller first."""
        return (self.one, self.other) if self.one <= self.other else (self.other, self.one)

    @property
    def age(self) -> tuple[datetime, datetime, str]:
        """Sorts older decisions first; no two are equal."""
        return (self.decided_at, self.edited_at or self.decided_at, self.decision_id)


@dataclass(frozen=True, slots=True)
class Constraint:
    """Two records that matching must bring together or keep apart."""

    one: str
    other: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A decision that does not hold, and the newer ones it cannot stand beside."""

    overruled: Decision
    by: tuple[str, ...]


@dataclass(frozen=True)
class Effective:
    """What is to be obeyed.

    Attributes:
        constraints: Closed over chains: enough to obey, whatever records are missing.
        contradictions: Decisions that newer ones overrule, oldest first.
        standings: What became of each decision.
    """

    constraints: tuple[Constraint, ...]
    contradictions: tuple[Contradiction, ...]
    standings: dict[str, Standing]


@dataclass
class _Agreed:
    """The decisions accepted so far: sets of the same, and which sets are not the same."""

    sets: DisjointSets = field(default_factory=DisjointSets)
    apart: dict[str, dict[str, Decision]] = field(default_factory=lambda: defaultdict(dict))
    links: dict[str, list[Decision]] = field(default_factory=lambda: defaultdict(list))

    def obstacle(self, decision: Decision) -> tuple[str, ...] | None:
        """The accepted decisions that a further one contradicts; none if it fits."""
        one, other = self.sets.find(decision.one), self.sets.find(decision.other)
        if decision.verdict is Verdict.NOT_SAME:
            return self._path(decision.one, decision.other) if one == other else None
        wall = self.apart[one].get(other)
        if wall is None:
            return None
        near, far = (wall.one, wall.other)
        if self.sets.find(near) != one:
            near, far = far, near
        return (
            *self._path(decision.one, near), wall.decision_id, *self._path(far, decision.other),
        )  # fmt: skip

    def accept(self, decision: Decision) -> None:
        """Take a decision in that nothing accepted contradicts."""
        one, other = self.sets.find(decision.one), self.sets.find(decision.other)
        if decision.verdict is Verdict.NOT_SAME:
            self.apart[one].setdefault(other, decision)
            self.apart[other].setdefault(one, decision)
            return
        self.links[decision.one].append(decision)
        self.links[decision.other].append(decision)
        if one != other:
            self._join(one, other)

    def _join(self, one: str, other: str) -> None:
        root = self.sets.union(one, other)
        gone = other if root == one else one
        for stranger, wall in self.apart.pop(gone, {}).items():
            self.apart[stranger].pop(gone)
            self.apart[stranger].setdefault(root, wall)
            self.apart[root].setdefault(stranger, wall)

    def _path(self, start: str, end: str) -> tuple[str, ...]:
        """The decisions that chain two records of one set, the fewest there are."""
        came: dict[str, tuple[str, Decision] | None] = {start: None}
        queue = deque([start])
        while queue and end not in came:
            at = queue.popleft()
            for link in sorted(self.links[at], key=lambda decision: decision.decision_id):
                there = link.other if link.one == at else link.one
                if there not in came:
                    came[there] = (at, link)
                    queue.append(there)
        path: list[str] = []
        step = came[end]
        while step is not None:
            path.append(step[1].decision_id)
            step = came[step[0]]
        return tuple(reversed(path))


def effective(decisions: Iterable[Decision], present: Collection[str] | None = None) -> Effective:
    """What is to be obeyed of all decisions that were ever made.

    Args:
        decisions: In any order.
        present: Keys of the records there are today; a decision about others sleeps until they
            come back, and what it implies for those between them is obeyed all the same. None
            takes every record for present.
    """
    newest_first = sorted(decisions, key=lambda decision: decision.age, reverse=True)
    standings: dict[str, Standing] = {}
    contradictions: list[Contradiction] = []
    agreed = _Agreed()
    latest: dict[tuple[str, str], Decision] = {}
    for decision in newest_first:
        newer = latest.setdefault(decision.pair, decision)
        by: tuple[str, ...] | None
        if newer is not decision:
            standings[decision.decision_id], by = _beside_newer(decision, newer)
        elif decision.verdict is Verdict.HELD:
            standings[decision.decision_id], by = Standing.HELD, None
        else:
            by = agreed.obstacle(decision)
            if by is None:
                agreed.accept(decision)
            standings[decision.decision_id] = Standing.HOLDS if by is None else Standing.OVERRULED
        if by is not None:
            contradictions.append(Contradiction(decision, by))
    return Effective(
        constraints=_closed(agreed, present),
        contradictions=tuple(reversed(contradictions)),
        standings=standings,
    )


def _beside_newer(decision: Decision, newer: Decision) -> tuple[Standing, tuple[str, ...] | None]:
    """What becomes of a decision on whose very pair there is a newer one."""
    if decision.verdict is newer.verdict:
        return Standing.REVISED, None
    if _is_second_thought(decision, newer):
        return Standing.REVISED, None
    return Standing.OVERRULED, (newer.decision_id,)


def _is_second_thought(older: Decision, newer: Decision) -> bool:
    """Whether the newer answer knew of the older one: asked again later, or by the same person."""
    if newer.settles:
        return True
    if newer.asked_at is not None and newer.asked_at > older.decided_at:
        return True
    return newer.decided_by is not None and newer.decided_by == older.decided_by


def _closed(agreed: _Agreed, present: Collection[str] | None) -> tuple[Constraint, ...]:
    """The accepted decisions as pairs of present records, each set tied to its smallest key."""
    members = {
        root: [key for key in keys if present is None or key in present]
        for root, keys in agreed.sets.groups().items()
    }
    found = {
        Constraint(keys[0], key, is_same=True) for keys in members.values() for key in keys[1:]
    }
    for root, strangers in agreed.apart.items():
        for stranger in strangers:
            if root < stranger and members.get(root) and members.get(stranger):
                one, other = sorted((members[root][0], members[stranger][0]))
                found.add(Constraint(one, other, is_same=False))
    return tuple(sorted(found, key=lambda c: (c.one, c.other, c.is_same)))

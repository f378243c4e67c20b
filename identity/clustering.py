"""From ties and vetoes to persons: strongest tie first, and never over a veto.

The outcome depends on the ties only, not on the order in which they came. Not here: what ties and
what forbids (`evidence`), or the ids of the outcome (`stable_ids`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby

from identity.constraints import DECIDED_APART, apply_constraints
from identity.decisions import Constraint
from identity.disjoint_sets import ConstrainedSets
from identity.evidence import (
    LINK_RANK,
    OTHER_MAIL,
    OTHER_NAME,
    OTHER_SPELLING,
    Pair,
    Tie,
    Values,
    Vetoes,
)

_SETTLED_BY_A_TIE = (OTHER_SPELLING, OTHER_MAIL)


@dataclass
class _Person:
    """The values that a cluster's nodes hold; names with the way they are written."""

    names: dict[str, str] = field(default_factory=dict)
    mails: dict[str, str] = field(default_factory=dict)


def _in_order(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def _clash(
    ours: dict[str, str],
    theirs: dict[str, str],
    vetoed: frozenset[Pair],
    renamed: frozenset[Pair] = frozenset(),
) -> bool:
    """Whether a value of one side is vetoed by one of the other.

    A value that the other side holds too, in the same writing and unopposed, is left out: it has
    been accepted beside the others already. So is one whose surname a name beside it explains.
    """
    if not vetoed:
        return False
    opposed = [(a, b) for a in ours for b in theirs if _in_order(a, b) in vetoed]
    return any(
        not _accepted(a, ours[a], theirs, vetoed)
        and not _accepted(b, theirs[b], ours, vetoed)
        and not _explained(a, b, ours, vetoed, renamed)
        and not _explained(b, a, theirs, vetoed, renamed)
        for a, b in opposed
    )


def _accepted(value: str, written: str, others: dict[str, str], vetoed: frozenset[Pair]) -> bool:
    return any(
        others[other] == written and _in_order(value, other) not in vetoed for other in others
    )


def _explained(
    value: str,
    opposed: str,
    beside: Iterable[str],
    vetoed: frozenset[Pair],
    renamed: frozenset[Pair],
) -> bool:
    """Whether a name beside the value, not opposed to it, has the opposed one as earlier name."""
    return bool(renamed) and any(
        _in_order(one, opposed) in renamed and _in_order(one, value) not in vetoed for one in beside
    )


class PersonClusters:
    """Clusters of nodes that refuse to join over a decision or a veto."""

    def __init__(self, values: Mapping[int, Values], vetoes: Vetoes) -> None:
        self._values = values
        self._vetoes = vetoes
        self._sets: ConstrainedSets[int] = ConstrainedSets()
        self._persons: dict[int, _Person] = {}

    def obey(self, constraints: Sequence[Constraint], node_of: Mapping[str, int]) -> None:
        """Join and hold apart what people decided; to be called before anything is joined."""
        apply_constraints(self._sets, constraints, node_of.get, self.join)

    def are_decided_apart(self, one: int, other: int) -> bool:
        """Whether people said that the persons of two nodes are not the same."""
        return self._sets.are_apart(one, other)

    def cluster_of(self, node: int) -> int:
        """The node that stands for the node's person."""
        return self._sets.find(node)

    def _person(self, node: int) -> _Person:
        root = self._sets.find(node)
        if root not in self._persons:
            value = self._values.get(root, Values(None, None))
            names = {value.name: value.written or value.name} if value.name else {}
            mails = {value.mail: value.mail} if value.mail else {}
            self._persons[root] = _Person(names, mails)
        return self._persons[root]

    def forbids(self, one: int, other: int, tie_is_direct: bool = False) -> bool:
        """Whether a decision or a veto stands between the persons of two nodes.

        Args:
            one: A node of the one person.
            other: A node of the other.
            tie_is_direct: A personal mailbox or mobile in common settles a misspelt name and a
                second mailbox; it never settles another name.
        """
        objection = self.objection(one, other)
        return objection is not None and not (tie_is_direct and objection in _SETTLED_BY_A_TIE)

    def objection(self, one: int, other: int) -> str | None:
        """What stands between the persons of two nodes, the weightiest first; none if nothing."""
        if self._sets.are_apart(one, other):
            return DECIDED_APART
        a, b = self._person(one), self._person(other)
        if _clash(a.names, b.names, self._vetoes.names, self._vetoes.renamed):
            return OTHER_NAME
        if _clash(a.names, b.names, self._vetoes.near_names, self._vetoes.renamed):
            return OTHER_SPELLING
        return OTHER_MAIL if _clash(a.mails, b.mails, self._vetoes.mails) else None

    def join(self, one: int, other: int) -> None:
        """Make the persons of two nodes one."""
        a, b = self._person(one), self._person(other)
        root = self._sets.union(one, other)
        self._persons[root] = _Person(a.names | b.names, a.mails | b.mails)


def _join_links(clusters: PersonClusters, ties: Iterable[Tie]) -> None:
    """What a source system itself states (converted, merged) holds whatever the values say."""
    for tie in ties:
        if not clusters.are_decided_apart(tie.one, tie.other):
            clusters.join(tie.one, tie.other)


def _join_direct(clusters: PersonClusters, ties: Iterable[Tie]) -> None:
    for tie in ties:
        if not clusters.forbids(tie.one, tie.other, tie_is_direct=True):
            clusters.join(tie.one, tie.other)


def _neighbours(clusters: PersonClusters, ties: Sequence[Tie]) -> dict[int, set[int]]:
    """Person → the persons that ties of one kind point to."""
    around: dict[int, set[int]] = defaultdict(set)
    for tie in ties:
        one, other = clusters.cluster_of(tie.one), clusters.cluster_of(tie.other)
        if one != other and not clusters.forbids(one, other):
            around[one].add(other)
            around[other].add(one)
    return around


def _join_if_only(clusters: PersonClusters, ties: Sequence[Tie]) -> None:
    """Join where all that a person's ties point to can be one person; else leave it alone."""
    around = _neighbours(clusters, ties)
    torn = {
        person
        for person, others in around.items()
        if any(clusters.forbids(a, b) for a, b in combinations(sorted(others), 2))
    }
    kept = [
        tie
        for tie in ties
        if not torn & {clusters.cluster_of(tie.one), clusters.cluster_of(tie.other)}
    ]
    for tie in kept:
        if not clusters.forbids(tie.one, tie.other):
            clusters.join(tie.one, tie.other)


def cluster_persons(
    ties: Iterable[Tie],
    values: Mapping[int, Values],
    vetoes: Vetoes,
    constraints: Sequence[Constraint] = (),
    node_of: Mapping[str, int] | None = None,
) -> PersonClusters:
    """Cluster nodes into persons.

    Args:
        ties: Evidence between nodes, in any order.
        values: Name and mail of every node.
        vetoes: What must not meet in one person.
        constraints: What people decided, oldest first.
        node_of: Record key → node, for the records that constraints speak of.
    """
    clusters = PersonClusters(values, vetoes)
    clusters.obey(constraints, node_of or {})
    ordered = sorted(ties)
    _join_links(clusters, (tie for tie in ordered if tie.rank == LINK_RANK))
    direct = [tie for tie in ordered if tie.rank > LINK_RANK and not tie.must_be_only]
    _join_direct(clusters, direct)
    indirect = [tie for tie in ordered if tie.must_be_only]
    for _, same_rank in groupby(indirect, key=lambda tie: tie.rank):
        _join_if_only(clusters, list(same_rank))
    return clusters

"""What people decided about two records, as it binds matching.

A decision outranks every tie and every veto, also through other records: two records that are not
the same never meet through a third. Where decisions contradict each other the newer one holds.
Not here: which decisions hold (`decisions`).
"""

from collections.abc import Callable, Collection, Sequence

from identity.decisions import Constraint
from identity.disjoint_sets import ConstrainedSets, DisjointSets, Key

DECIDED = "人の判断(同一)"
DECIDED_APART = "人の判断(別)"


def apply_constraints(
    sets: ConstrainedSets[Key],
    constraints: Sequence[Constraint],
    place_of: Callable[[str], Key | None],
    join: Callable[[Key, Key], object],
) -> None:
    """Join and hold apart what was decided, before anything else is joined.

    Args:
        sets: Where nothing has been joined yet.
        constraints: Oldest first; an older one that a newer one contradicts has no effect.
        place_of: Record key → its key in the sets; None for a record that is not there.
        join: Joins two keys of the sets.
    """
    for constraint in reversed(constraints):
        one, other = place_of(constraint.one), place_of(constraint.other)
        if one is None or other is None:
            continue
        if not constraint.is_same:
            sets.hold_apart(one, other)
        elif sets.find(one) != sets.find(other) and not sets.are_apart(one, other):
            join(one, other)


def never_folded(constraints: Collection[Constraint]) -> set[str]:
    """Records that must not be folded with equal ones: decisions lead from them to a parting."""
    sets: DisjointSets[str] = DisjointSets()
    for constraint in constraints:
        sets.union(constraint.one, constraint.other)
    opposed = {sets.find(c.one) for c in constraints if not c.is_same}
    return {key for root, keys in sets.groups().items() if root in opposed for key in keys}

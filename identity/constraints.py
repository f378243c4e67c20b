"""What people decided about two records, as it binds matching.

A decision outranks every tie and every veto, also through other records: two records that are not
the same never meet through a third. Where decisions contradict each other the newer one holds.
Not here: where decisions come from and how a contradiction is reported (`decisions`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from identity.disjoint_sets import ConstrainedSets, DisjointSets

DECIDED = "人の判断(同一)"
DECIDED_APART = "人の判断(別)"


class Constraint(NamedTuple):
    """One decision about two records.

    Attributes:
        record_key_a: One record.
        record_key_b: The other.
        is_same: Whether they are one, or must never be.
    """

    record_key_a: str
    record_key_b: str
    is_same: bool


def constraints_of(rows: Iterable[Sequence[object]]) -> tuple[Constraint, ...]:
    """Constraints from plain rows (record_key_a, record_key_b, is_same), oldest first."""
    return tuple(Constraint(str(a), str(b), bool(same)) for a, b, same in rows if a != b)


def apply_constraints(
    sets: ConstrainedSets,
    constraints: Sequence[Constraint],
    place_of: Callable[[str], str | None],
    join: Callable[[str, str], None],
) -> None:
    """Join and hold apart what was decided, before anything else is joined.

    Args:
        sets: Where nothing has been joined yet.
        constraints: Oldest first; an older one that a newer one contradicts has no effect.
        place_of: Record key → its key in the sets; None for a record that is not there.
        join: Joins two keys of the sets.
    """
    for constraint in reversed(constraints):
        one, other = place_of(constraint.record_key_a), place_of(constraint.record_key_b)
        if one is None or other is None:
            continue
        if not constraint.is_same:
            sets.hold_apart(one, other)
        elif sets.find(one) != sets.find(other) and not sets.are_apart(one, other):
            join(one, other)


def never_folded(constraints: Collection[Constraint]) -> set[str]:
    """Records that must not be folded with equal ones: decisions lead from them to a parting."""
    sets = DisjointSets()
    for constraint in constraints:
        sets.union(constraint.record_key_a, constraint.record_key_b)
    opposed = {sets.find(c.record_key_a) for c in constraints if not c.is_same}
    return {key for root, keys in sets.groups().items() if root in opposed for key in keys}

"""How good a clustering of records is, against an answer key. Knows no way of clustering."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

Pair = tuple[str, str]


@dataclass(frozen=True)
class PairQuality:
    """Pairs of records put together, against the pairs that belong together."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def members_of(clusters: Mapping[str, str]) -> dict[str, list[str]]:
    """Cluster → its records."""
    members: dict[str, list[str]] = defaultdict(list)
    for record in sorted(clusters):
        members[clusters[record]].append(record)
    return members


def pairs_of(clusters: Mapping[str, str]) -> set[Pair]:
    """All pairs of records that share a cluster."""
    return {pair for group in members_of(clusters).values() for pair in combinations(group, 2)}


def pair_quality(found: set[Pair], true: set[Pair], reachable: set[Pair]) -> PairQuality:
    """Precision over all found pairs, recall over the reachable ones of the true pairs."""
    hits = len(found & true)
    reached = len(found & reachable)
    return PairQuality(
        precision=hits / len(found) if found else 1.0,
        recall=reached / len(reachable) if reachable else 1.0,
    )


def b_cubed_f1(found: Mapping[str, str], true: Mapping[str, str]) -> float:
    """B³ F1 over the records that the key knows."""
    both = Counter((found[r], true[r]) for r in true)
    of_found, of_true = Counter(found[r] for r in true), Counter(true.values())
    precision = sum(n * n / of_found[f] for (f, _), n in both.items()) / len(true)
    recall = sum(n * n / of_true[t] for (_, t), n in both.items()) / len(true)
    return 2 * precision * recall / (precision + recall)


def mixed_share(found: Mapping[str, str], true: Mapping[str, str]) -> float:
    """Share of true people that stand in a cluster with somebody else."""
    people: dict[str, set[str]] = defaultdict(set)
    for record, person in true.items():
        people[found[record]].add(person)
    mixed = {person for group in people.values() if len(group) > 1 for person in group}
    return len(mixed) / len(set(true.values()))


def wrong_by_kind(
    found: Iterable[Pair], true: Mapping[str, str], kinds: Mapping[str, str]
) -> dict[str, int]:
    """Wrong pairs by the hard case they belong to (the less plain of the two records' kinds)."""
    wrong: Counter[str] = Counter()
    for one, other in found:
        if true.get(one) != true.get(other):
            hard = sorted({kinds.get(one, "?"), kinds.get(other, "?")} - {"plain"})
            wrong["+".join(hard) or "plain"] += 1
    return dict(wrong)

"""How good a clustering of records is, against an answer key. Knows no way of clustering.

Pairs are counted, not listed, so that a million records cost a few sums.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

Clusters = Mapping[str, str]


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


@dataclass(frozen=True)
class HardClass:
    """How the people of one hard class fared.

    Attributes:
        people: How many there are.
        mixed: How many of them share a cluster with somebody else.
        wrong_pairs: Pairs of records put together wrongly, of which a record is theirs.
    """

    people: int
    mixed: int
    wrong_pairs: int

    @property
    def mixed_share(self) -> float:
        """Share of the people of the class that are wrongly merged with somebody."""
        return self.mixed / self.people if self.people else 0.0


def _pairs(groups: Iterable[Hashable]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


def pair_quality(found: Clusters, true: Clusters, part: Clusters | None = None) -> PairQuality:
    """Precision over all found pairs, recall over the true ones.

    Args:
        found: Record → cluster.
        true: Record → what it really is; only these records are judged.
        part: Record → part of it that evidence ties together; recall is then over those pairs.
    """
    together = _pairs(found[record] for record in true)
    hits = _pairs((found[record], true[record]) for record in true)
    part = true if part is None else part
    tied = _pairs((true[record], part[record]) for record in true)
    reached = _pairs((found[record], true[record], part[record]) for record in true)
    return PairQuality(hits / together if together else 1.0, reached / tied if tied else 1.0)


def b_cubed_f1(found: Clusters, true: Clusters) -> float:
    """B³ F1 over the records that the key knows."""
    both = Counter((found[r], true[r]) for r in true)
    of_found, of_true = Counter(found[r] for r in true), Counter(true.values())
    precision = sum(n * n / of_found[f] for (f, _), n in both.items()) / len(true)
    recall = sum(n * n / of_true[t] for (_, t), n in both.items()) / len(true)
    return 2 * precision * recall / (precision + recall)


def mixed(found: Clusters, true: Clusters) -> set[str]:
    """Those that stand in a cluster with somebody else."""
    held: dict[str, set[str]] = defaultdict(set)
    for record, who in true.items():
        held[found[record]].add(who)
    return {who for group in held.values() if len(group) > 1 for who in group}


def hard_classes(found: Clusters, true: Clusters, kinds: Mapping[str, str]) -> dict[str, HardClass]:
    """Every class of people with how it fared.

    Args:
        found: Record → cluster.
        true: Record → person.
        kinds: Record → class of its person.
    """
    kind_of = {true[record]: kinds[record] for record in true}
    wrong = mixed(found, true)
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for record, who in true.items():
        held[found[record]][who] += 1
    wrong_pairs: Counter[str] = Counter()
    for group in held.values():
        size = sum(group.values())
        for who, n in group.items():
            wrong_pairs[kind_of[who]] += n * (size - n)
    people = Counter(kind_of.values())
    of_kind = Counter(kind_of[who] for who in wrong)
    return {
        kind: HardClass(people[kind], of_kind[kind], wrong_pairs[kind]) for kind in sorted(people)
    }


def junk_inside(found: Clusters, people: Iterable[str], junk: Iterable[str]) -> int:
    """Junk records that stand in a cluster with a person's record."""
    of_people = {found[record] for record in people}
    return sum(found[record] in of_people for record in junk)

"""Why two records are one person or company, or are not: the facts, gathered and put in order.

Here belongs what follows from the tables of a run: the comparison of a pair with its parts, the
shortest chain of links between two records, the link that was refused. Not here: how it is worded
(`explanation_text`), where the tables lie (`orchestration`).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SAME_CONTENT = "全項目一致"
JOINED, VETOED, BETWEEN = "joined", "vetoed", "between"


@dataclass(frozen=True, slots=True)
class Record:
    """A source record and where it went.

    Attributes:
        key: Its record key, `system:object:id`.
        entity: `person` or `account`.
        resolved_id: The id of its person or company.
        reason: The strongest evidence for it, in Japanese.
        probability: How probable it is that it belongs there.
        place: What stands for it in comparisons: the first record of the same content.
        values: What it is compared by, by name of the comparison.
        face: How people know it: its name, company and address as written.
        is_company: Whether it is a company's own record.
        is_deleted: Whether its source deleted it.
    """

    key: str
    entity: str
    resolved_id: str
    reason: str
    probability: float
    place: str
    values: Mapping[str, str | None] = field(default_factory=dict)
    face: str = ""
    is_company: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair that was compared, linked by a source system or decided about.

    Attributes:
        one: Place of the one record.
        other: Place of the other.
        verdict: joined, vetoed, between or below.
        evidence: The strongest evidence, in Japanese; none if only weights speak.
        probability: What the pair deserves: by its weights, at least what its evidence deserves.
        weights: Comparison → log2 of its Bayes factor; none where nothing can be compared.
        levels: Comparison → number of the level that fits.
        total: Prior and weights together, bounded; none where nothing was compared.
        prior: log2 odds of two random records being one.
        veto: What forbids it, in Japanese.
        fits: All evidence that fits, strongest first.
    """

    one: str
    other: str
    verdict: str
    evidence: str | None
    probability: float | None
    weights: Mapping[str, float | None] = field(default_factory=dict)
    levels: Mapping[str, int | None] = field(default_factory=dict)
    total: float | None = None
    prior: float | None = None
    veto: str | None = None
    fits: tuple[str, ...] = ()

    @property
    def is_tie(self) -> bool:
        """Whether it holds its two places together."""
        return self.verdict == JOINED and self.evidence is not None

    @property
    def weighed_probability(self) -> float | None:
        """The probability by the weights alone: 1 / (1 + 2^-total)."""
        return None if self.total is None else 1 / (1 + 2**-self.total)


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about two records."""

    one: str
    other: str
    is_same: bool
    decided_at: datetime | None = None
    decided_by: str | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Redirect:
    """An id that was retired or split."""

    old_id: str
    new_id: str
    happened_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What the public register says of a 法人番号.

    Attributes:
        name: The name of today.
        cores: Comparable forms of all names that it had.
        surviving_number: Whoever took it over, else its own number.
        is_closed: Whether it was closed.
    """

    name: str
    cores: frozenset[str]
    surviving_number: str
    is_closed: bool


@dataclass(frozen=True)
class Case:
    """All that is needed to explain some records.

    Attributes:
        records: Record key → the record; all records of the persons or companies in question.
        compared: The pairs between their places.
        decisions: What people decided about any of them.
        redirects: Those that touch their ids.
        register: 法人番号 that records state → what the public register says; none without one.
    """

    records: Mapping[str, Record]
    compared: Sequence[Compared] = ()
    decisions: Sequence[Decided] = ()
    redirects: Sequence[Redirect] = ()
    register: Mapping[str, Registered | None] | None = None

    def pair(self, a: str, b: str) -> Compared | None:
        """The direct comparison of two records, if there was one."""
        wanted = {self.records[a].place, self.records[b].place}
        return next((pair for pair in self.compared if {pair.one, pair.other} == wanted), None)

    def between(self, a: str, b: str) -> tuple[Decided, ...]:
        """The decisions about exactly these two records."""
        return tuple(one for one in self.decisions if {one.one, one.other} == {a, b})

    def chain(self, a: str, b: str) -> tuple[Compared, ...] | None:
        """The fewest links that hold two records together; none if nothing does."""
        ties = (pair for pair in self.compared if pair.is_tie)
        return shortest_path(ties, self.records[a].place, self.records[b].place)

    def refused(self, a: str, b: str) -> Compared | None:
        """Of the fewest links that would hold two records together, the one that was refused."""
        links = (pair for pair in self.compared if pair.evidence is not None)
        path = shortest_path(links, self.records[a].place, self.records[b].place) or ()
        return next((pair for pair in path if not pair.is_tie), None)

    def members(self, resolved_id: str) -> list[Record]:
        """The records of a person or company, by key."""
        found = (record for record in self.records.values() if record.resolved_id == resolved_id)
        return sorted(found, key=lambda record: record.key)

    def strongest_tie(self, record: Record) -> Compared | None:
        """What holds a record in its person or company: the tie that its reason names."""
        ties = [p for p in self.compared if p.is_tie and record.place in (p.one, p.other)]

        def rank(pair: Compared) -> tuple[bool, float, str, str]:
            is_other = pair.evidence != record.reason
            return (is_other, -(pair.probability or 0), pair.one, pair.other)

        return min(ties, key=rank, default=None)

    def earlier_ids(self, resolved_id: str) -> list[Redirect]:
        """The redirects that lead to an id, directly or over others, oldest first."""
        found: dict[tuple[str, str], Redirect] = {}
        ids = {resolved_id}
        while True:
            more = [r for r in self.redirects
                    if r.new_id in ids and (r.old_id, r.new_id) not in found]  # fmt: skip
            if not more:
                return sorted(found.values(), key=lambda r: (r.happened_at, r.old_id))
            found |= {(r.old_id, r.new_id): r for r in more}
            ids |= {r.old_id for r in more}


def shortest_path(pairs: Iterable[Compared], start: str, end: str) -> tuple[Compared, ...] | None:
    """The fewest pairs that lead from one place to another, the surest first among equals.

    Returns:
        The pairs in order, empty when the places are one; none if no path leads there.
    """
    around: dict[str, list[tuple[str, Compared]]] = defaultdict(list)
    ordered = sorted(pairs, key=lambda p: (not p.is_tie, -(p.probability or 0), p.one, p.other))
    for pair in ordered:
        around[pair.one].append((pair.other, pair))
        around[pair.other].append((pair.one, pair))
    came: dict[str, tuple[str, Compared] | None] = {start: None}
    queue = deque([start])
    while queue and end not in came:
        at = queue.popleft()
        for there, pair in around[at]:
            if there not in came:
                came[there] = (at, pair)
                queue.append(there)
    return tuple(_walked(came, end))[::-1] if end in came else None


def _walked(came: Mapping[str, tuple[str, Compared] | None], end: str) -> Iterator[Compared]:
    step = came[end]
    while step is not None:
        yield step[1]
        step = came[step[0]]


def compared_of(row: Mapping[str, Any], prior: float | None) -> Compared:
    """A row of the table of compared pairs.

    Args:
        row: In the columns of `person_matching.PAIRS_SCHEMA`.
        prior: What all rows of the run have in common, see `prior_of`.
    """
    parts = {name.removeprefix("weight_"): name for name in row if name.startswith("weight_")}
    return Compared(
        one=row["record_key_a"],
        other=row["record_key_b"],
        verdict=row["verdict"],
        evidence=row["evidence"],
        probability=row["match_probability"],
        weights={part: row[column] for part, column in parts.items()},
        levels={part: row[f"gamma_{part}"] for part in parts},
        total=row["match_weight"],
        prior=None if row["match_weight"] is None else prior,
        veto=row["veto"],
        fits=tuple(row["evidence_names"] or ()),
    )

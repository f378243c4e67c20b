"""The pairs of nodes of one run, and what an earlier run found out about each.

A pair is known when its two nodes say what they said, and its score is when the frequencies it was
weighed by still are on the same step. Not here: how pairs are compared or what comes of them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.disjoint_sets import Numbers
from identity.key_lookup import NOBODY
from identity.numbered_nodes import NumberedNodes

Mask = NDArray[np.bool_]


def _values(column: pa.ChunkedArray, otherwise: Any, kind: Any) -> NDArray[Any]:
    return np.asarray(pc.fill_null(column, otherwise)).astype(kind)


@dataclass(frozen=True)
class KnownPairs:
    """Pairs (one < other) by number, in their order, and the earlier row of each.

    Attributes:
        one: The smaller nodes.
        other: The greater nodes.
        is_met: Whether they met in a block; else they are only linked or decided about.
        is_stated: Whether they are linked or decided about.
        frequency_steps: What `find_frequencies` says of the smaller node.
        contents: The smaller and the greater content of each pair.
        previous: What an earlier run returned.
        row: Where in it each pair is; NOBODY if nowhere.
        statements: rank and reason of the stated pairs, in their order.
    """

    one: Numbers
    other: Numbers
    is_met: Mask
    is_stated: Mask
    frequency_steps: Numbers
    contents: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    previous: pa.Table
    row: Numbers
    statements: pa.Table

    def earlier(self, column: str, otherwise: Any, kind: Any) -> NDArray[Any]:
        """A column of the earlier rows of the pairs; nonsense where there is none."""
        values = _values(self.previous[column], otherwise, kind)
        if not len(values):
            return np.full(len(self.row), otherwise, dtype=kind)
        return values[np.maximum(self.row, 0)]

    @cached_property
    def _is_compared_as_before(self) -> Mask:
        low, high = self.contents
        return (
            (self.row != NOBODY) & self.is_met
            & (self.earlier("content_low", 0, np.uint64) == low)
            & (self.earlier("content_high", 0, np.uint64) == high)
            & (self.earlier("frequency_steps", NOBODY, np.int64) == self.frequency_steps)
        )  # fmt: skip

    @cached_property
    def is_scored(self) -> Mask:
        """Whether the earlier row says how the two compare by themselves, weighed as today."""
        # a row of a stated pair tells of the statement, no more of what is alike
        was_stated = self.earlier("evidence_rank", 1, np.int64) <= 0
        return self._is_compared_as_before & ~self.is_stated & ~was_stated

    @cached_property
    def is_stated_as_before(self) -> Mask:
        """Whether the earlier row tells of the same statement, and of two who compare as today."""
        was_linked = (self.row != NOBODY) & (
            self.earlier("frequency_steps", NOBODY, np.int64) == NOBODY
        )
        stays = self._is_compared_as_before | (was_linked & ~self.is_met)
        chosen = np.flatnonzero(self.is_stated & (self.row != NOBODY))
        earlier = self.previous.select(["evidence_rank", "evidence"]).take(self.row[chosen])
        today = self.statements.take(np.searchsorted(np.flatnonzero(self.is_stated), chosen))
        same = pc.and_(
            pc.equal(earlier["evidence_rank"], today["rank"]),
            pc.equal(earlier["evidence"], today["reason"]),
        )
        said = np.zeros(len(self.row), dtype=np.bool_)
        said[chosen] = np.asarray(pc.fill_null(same, False))
        return stays & said

    def rows_of(self, chosen: Mask) -> pa.Table:
        """The earlier rows of some pairs that have one."""
        return self.previous.take(self.row[chosen])

    def rows_after(self, fresh: Mask) -> Numbers:
        """Where the row of each pair is, when those of the fresh ones are put below the earlier."""
        return np.where(fresh, self.previous.num_rows + np.cumsum(fresh) - 1, self.row)

    def numbered(self, chosen: Mask) -> pa.Table:
        """one and other of some pairs."""
        return pa.table({"one": self.one[chosen], "other": self.other[chosen]})

    @cached_property
    def is_used(self) -> Mask:
        """Which earlier rows are taken for scored."""
        used = np.zeros(self.previous.num_rows, dtype=np.bool_)
        used[self.row[self.is_scored]] = True
        return used


def know_pairs(
    nodes: NumberedNodes,
    meetings: pa.Table,
    stated: pa.Table,
    frequency_steps: Numbers,
    previous: pa.Table,
) -> KnownPairs:
    """The pairs of today with what is known of them.

    Args:
        nodes: The nodes.
        meetings: As made by `find_meetings`.
        stated: one and other (numbers) of the nodes that are linked or decided about, once each,
            with rank and reason.
        frequency_steps: By number of the node.
        previous: What `match_persons` returned for earlier records.
    """
    met = _met(nodes, meetings)
    said = np.asarray(stated["one"]) * nodes.count + np.asarray(stated["other"])
    in_order = np.argsort(said)
    said = said[in_order]
    every = np.sort(np.concatenate([met, said[_places(said, met) == NOBODY]]), kind="stable")
    one, other = every // max(nodes.count, 1), every % max(nodes.count, 1)
    contents = nodes.contents[one], nodes.contents[other]
    return KnownPairs(
        one=one,
        other=other,
        is_met=_places(every, met) != NOBODY,
        is_stated=_places(every, said) != NOBODY,
        frequency_steps=frequency_steps[one],
        contents=(np.minimum(*contents), np.maximum(*contents)),
        previous=previous,
        row=_earlier_rows(nodes, every, previous),
        statements=stated.select(["rank", "reason"]).take(in_order),
    )


def _places(values: Numbers, among: Numbers) -> Numbers:
    """Where each value stands among sorted ones; NOBODY if nowhere."""
    if not len(among):
        return np.full(len(values), NOBODY, dtype=np.int64)
    at = np.minimum(np.searchsorted(among, values), len(among) - 1)
    return np.where(among[at] == values, at, NOBODY)


def _met(nodes: NumberedNodes, meetings: pa.Table) -> Numbers:
    """The pairs that met in a block, in their order, as meetings and their lists are in theirs."""
    lists = meetings["meets"].combine_chunks()
    one = nodes.of_keys(meetings["record_key"])[np.asarray(pc.list_parent_indices(lists))]
    return np.asarray(one * nodes.count + nodes.of_keys(pc.list_flatten(lists)))


def _earlier_rows(nodes: NumberedNodes, every: Numbers, previous: pa.Table) -> Numbers:
    one = nodes.of_keys(previous["record_key_a"])
    other = nodes.of_keys(previous["record_key_b"])
    there = np.flatnonzero((one != NOBODY) & (other != NOBODY))
    held = one[there] * nodes.count + other[there]
    order = np.argsort(held, kind="stable")
    # NOBODY finds the one behind all others
    return np.append(there[order], NOBODY)[_places(every, held[order])]

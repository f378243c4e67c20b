"""Gives the clusters of a run their ids: most at a glance, the difficult ones by `stable_ids`.

A cluster is plain when all its known records had one id and all of that id's records are in it, or
when none of its records is known. The rest (merged, split, mixed) is told apart record by record.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.disjoint_sets import Numbers
from identity.key_lookup import nullable_positions
from identity.known_pairs import Mask
from identity.stable_ids import ID_LENGTH, PREFIX, Member, Naming, Seen, name_clusters

_UNDATED = 2**62
_UNKNOWN = -1


@dataclass(frozen=True)
class Clustered:
    """The records of one entity with the cluster of each, sorted by key.

    Attributes:
        entity: `person` or `account`.
        keys: Record keys.
        clusters: Numbers from 0 on, the same for the records of one cluster.
        cluster_keys: By number.
        stands_for_itself: As in `Member`.
    """

    entity: str
    keys: pa.Array
    clusters: Numbers
    cluster_keys: pa.Array
    stands_for_itself: Mask

    def anchors(self, created_at: pa.Array) -> Numbers:
        """By cluster, the record that stands for it: the earliest made, ties by key."""
        made = np.asarray(pc.fill_null(created_at.cast(pa.int64()), _UNDATED))
        order = np.lexsort((made, ~self.stands_for_itself))[::-1]
        anchors = np.zeros(len(self.cluster_keys), dtype=np.int64)
        # the last one counts
        anchors[self.clusters[order]] = order
        return anchors

    def members(self, clusters: Numbers, created_at: pa.Array) -> dict[str, list[Member]]:
        """The records of some clusters, by the clusters' keys."""
        chosen = np.zeros(len(self.cluster_keys), dtype=np.bool_)
        chosen[clusters] = True
        rows = np.flatnonzero(chosen[self.clusters])
        found: dict[str, list[Member]] = defaultdict(list)
        columns = (self.cluster_keys.take(self.clusters[rows]), self.keys.take(rows),
                   created_at.take(rows))  # fmt: skip
        for cluster, key, made, row in zip(*(c.to_pylist() for c in columns), rows, strict=True):
            found[cluster].append(Member(key, made, bool(self.stands_for_itself[row])))
        return found


@dataclass(frozen=True)
class Remembered:
    """What earlier runs decided about one entity.

    Attributes:
        registry: record_key, resolved_id, first_seen_at.
        redirected: Ids that were retired.
    """

    registry: pa.Table
    redirected: pa.Array

    @cached_property
    def ids(self) -> pa.Array:
        """Every id that was given, encoded."""
        return self.registry["resolved_id"].combine_chunks().dictionary_encode()

    def is_taken(self, ids: pa.Array) -> Mask:
        """Which ids were given before."""
        return np.asarray(pc.or_(pc.is_in(ids, self.ids.dictionary),
                                 pc.is_in(ids, self.redirected)))  # fmt: skip

    def all_taken(self) -> set[str]:
        """All ids that were given before."""
        return {*self.ids.dictionary.to_pylist(), *self.redirected.to_pylist()}

    def seen(self, ids: set[str]) -> dict[str, Seen]:
        """What is remembered of the records that had some ids, absent records included."""
        chosen = pa.array(sorted(ids), pa.string())
        rows = self.registry.filter(pc.is_in(self.registry["resolved_id"], chosen))
        return {
            row["record_key"]: Seen(row["resolved_id"], row["first_seen_at"])
            for row in rows.to_pylist()
        }


@dataclass
class _Knowledge:
    """How clusters and ids of earlier runs meet.

    Attributes:
        code: By record, the number of the id it had; _UNKNOWN if none.
        first: By cluster, the smallest number of an id that its records had; _UNKNOWN if none.
        is_mixed: By cluster, whether its records had several ids, or one that others had too.
    """

    code: Numbers
    first: Numbers = field(init=False)
    is_mixed: Mask = field(init=False)

    def meet(self, clusters: Numbers, count: int, ids: int) -> None:
        rows = np.flatnonzero(self.code != _UNKNOWN)
        code, cluster = self.code[rows], clusters[rows]
        low, high = _range_of(cluster, code, count)
        first_cluster, last_cluster = _range_of(code, cluster, ids)
        self.first = np.where(high == _UNKNOWN, _UNKNOWN, low)
        is_shared = np.append(first_cluster < last_cluster, False)
        self.is_mixed = (high != _UNKNOWN) & ((low != high) | is_shared[self.first])


def _range_of(group: Numbers, value: Numbers, groups: int) -> tuple[Numbers, Numbers]:
    """The least and the greatest value of each group; the latter _UNKNOWN if it has none."""
    low = np.full(groups, np.iinfo(np.int64).max, dtype=np.int64)
    high = np.full(groups, _UNKNOWN, dtype=np.int64)
    np.minimum.at(low, group, value)
    np.maximum.at(high, group, value)
    return low, high


def name_records(records: Clustered, created_at: pa.Array, remembered: Remembered) -> pa.Table:
    """The id of every record.

    Args:
        records: The records of one entity.
        created_at: When the sources say they were made, in UTC.
        remembered: What earlier runs decided about the entity.

    Returns:
        resolved_id, is_anchor, previous_id and redirect_reason, in the order of the records.
    """
    anchors = records.anchors(created_at)
    at = nullable_positions(records.keys, remembered.registry["record_key"])
    previous = remembered.registry["resolved_id"].take(at).combine_chunks()
    codes = pc.fill_null(remembered.ids.indices.take(at), _UNKNOWN)
    known = _Knowledge(np.asarray(codes).astype(np.int64))
    count = len(records.cluster_keys)
    known.meet(records.clusters, count, len(remembered.ids.dictionary))
    ids, is_taken = _first_choices(records, anchors, remembered, known)
    difficult = np.flatnonzero(known.is_mixed | is_taken)
    naming = _name_difficult(records.members(difficult, created_at), records.entity, remembered)
    if naming.ids:
        numbers = pc.index_in(pa.array(naming.ids.keys(), pa.string()), records.cluster_keys)
        ids[np.asarray(numbers)] = list(naming.ids.values())
    resolved = pa.array(ids, pa.string()).take(records.clusters)
    is_anchor = np.zeros(len(records.keys), dtype=np.bool_)
    is_anchor[anchors] = True
    return pa.table({
        "resolved_id": resolved,
        "is_anchor": is_anchor,
        "previous_id": previous,
        "redirect_reason": _reasons(naming, previous, resolved),
    })  # fmt: skip


def _first_choices(
    records: Clustered, anchors: Numbers, remembered: Remembered, known: _Knowledge
) -> tuple[NDArray[np.object_], Mask]:
    """By cluster the id that it had or would be given, and whether that was given to others."""
    held = remembered.ids.dictionary.take(pa.array(known.first, mask=known.first == _UNKNOWN))
    ids = np.array(held.to_pylist() or [], dtype=object)
    new = np.flatnonzero(known.first == _UNKNOWN)
    prefix = PREFIX[records.entity]
    keys = records.keys.take(anchors[new]).to_pylist()
    ids[new] = [prefix + hashlib.sha256(key.encode()).hexdigest()[:ID_LENGTH] for key in keys]
    is_taken = np.zeros(len(ids), dtype=np.bool_)
    is_taken[new] = remembered.is_taken(pa.array(ids[new], pa.string()))
    return ids, is_taken


def _name_difficult(
    clusters: dict[str, list[Member]], entity: str, remembered: Remembered
) -> Naming:
    """Name the clusters that records moved between, and those whose first choice was given away."""
    if not clusters:
        return Naming({}, {})
    keys = [member.record_key for members in clusters.values() for member in members]
    registry = remembered.registry
    are_theirs = pc.is_in(registry["record_key"], pa.array(keys, pa.string()))
    seen = remembered.seen(set(registry["resolved_id"].filter(are_theirs).to_pylist()))
    return name_clusters(entity, clusters, seen, remembered.all_taken())


def _reasons(naming: Naming, previous: pa.Array, resolved: pa.Array) -> pa.Array:
    """Why the id of a record was redirected, where it was."""
    reasons: NDArray[np.object_] = np.full(len(previous), None, dtype=object)
    moved = np.flatnonzero(np.asarray(pc.fill_null(pc.not_equal(previous, resolved), False)))
    pairs = zip(previous.take(moved).to_pylist(), resolved.take(moved).to_pylist(), strict=True)
    reasons[moved] = [naming.redirects.get(pair) for pair in pairs]
    return pa.array(reasons, pa.string())

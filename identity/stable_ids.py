"""Ids that stay: which cluster keeps which id, which ids are new, which are retired.

An id is the hash of its cluster's anchor record at first sight. From then on the registry decides,
so that adding, removing or reordering records renames nobody. Not here: which records are one
(`clustering`), or where the registry is kept (`registry`).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MERGED, SPLIT = "統合", "分割"
PREFIX = {"person": "per_", "account": "acc_"}
ID_LENGTH = 20
_NO_DATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the registry remembers of a record.

    Attributes:
        resolved_id: The id it had.
        first_seen_at: When that id was first given.
    """

    resolved_id: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A record in a cluster.

    Attributes:
        record_key: Its key.
        created_at: When its source says it was made.
        stands_for_itself: False for a person's record in a company: people change employers, so
            it never carries the company's id away.
    """

    record_key: str
    created_at: datetime | None
    stands_for_itself: bool = True

    @property
    def age(self) -> tuple[bool, datetime, str]:
        """Sorts the anchor of a cluster first."""
        created = self.created_at or _NO_DATE
        return (not self.stands_for_itself, created, self.record_key)


@dataclass(frozen=True, slots=True)
class Naming:
    """The ids of one entity after a run.

    Attributes:
        ids: Cluster key → id.
        redirects: (old id, new id) → why.
    """

    ids: dict[str, str]
    redirects: dict[tuple[str, str], str]


def mint(entity: str, record_key: str, attempt: int = 0) -> str:
    """The id of a cluster whose anchor is the record.

    Args:
        entity: `person` or `account`.
        record_key: The anchor.
        attempt: Above 0 when the ids of earlier attempts were given away before.
    """
    seed = record_key if attempt == 0 else f"{record_key}#{attempt}"
    return PREFIX[entity] + hashlib.sha256(seed.encode()).hexdigest()[:ID_LENGTH]


def anchor_of(members: Collection[Member]) -> Member:
    """The record that stands for a cluster: the earliest made, ties by key."""
    return min(members, key=lambda member: member.age)


def name_clusters(
    entity: str,
    clusters: Mapping[str, Collection[Member]],
    registry: Mapping[str, Seen],
    retired: Collection[str] = (),
) -> Naming:
    """Give every cluster its id.

    Args:
        entity: `person` or `account`.
        clusters: Cluster key → its records.
        registry: Record key → what is remembered of it.
        retired: Ids that were redirected in earlier runs; they are never given again.
    """
    owners = _owners(entity, clusters, registry)
    kept = _surviving_ids(owners, registry)
    taken = set(retired) | {seen.resolved_id for seen in registry.values()}
    ids: dict[str, str] = {}
    for cluster, members in sorted(clusters.items(), key=lambda item: anchor_of(item[1]).age):
        ids[cluster] = kept.get(cluster) or _new_id(entity, anchor_of(members), taken)
        taken.add(ids[cluster])
    redirects = {
        (old, ids[cluster]): MERGED for old, cluster in owners.items() if ids[cluster] != old
    }
    return Naming(ids, redirects | _splits(clusters, registry, ids, kept))


def _owners(
    entity: str, clusters: Mapping[str, Collection[Member]], registry: Mapping[str, Seen]
) -> dict[str, str]:
    """Known id → the one cluster that inherits it."""
    claims: dict[str, dict[str, list[Member]]] = defaultdict(lambda: defaultdict(list))
    for cluster, members in clusters.items():
        for member in members:
            if member.record_key in registry:
                claims[registry[member.record_key].resolved_id][cluster].append(member)
    return {
        known: min(parts, key=lambda part: _claim(entity, known, parts[part]))
        for known, parts in sorted(claims.items())
    }


def _claim(entity: str, known: str, members: list[Member]) -> tuple[bool, int, object]:
    """Sorts the best claim first: the anchor's part, then the larger, then the older one."""
    has_anchor = any(
        member.stands_for_itself and mint(entity, member.record_key) == known for member in members
    )
    return (not has_anchor, -len(members), anchor_of(members).age)


def _surviving_ids(owners: Mapping[str, str], registry: Mapping[str, Seen]) -> dict[str, str]:
    """Cluster → the oldest of the ids it inherits."""
    first_seen: dict[str, datetime] = {}
    for seen in registry.values():
        known = first_seen.get(seen.resolved_id, seen.first_seen_at)
        first_seen[seen.resolved_id] = min(known, seen.first_seen_at)
    survivors: dict[str, str] = {}
    for inherited in sorted(owners, key=lambda old: (first_seen[old], old)):
        survivors.setdefault(owners[inherited], inherited)
    return survivors


def _new_id(entity: str, anchor: Member, taken: Collection[str]) -> str:
    attempt = 0
    while (candidate := mint(entity, anchor.record_key, attempt)) in taken:
        attempt += 1
    return candidate


def _splits(
    clusters: Mapping[str, Collection[Member]],
    registry: Mapping[str, Seen],
    ids: Mapping[str, str],
    kept: Mapping[str, str],
) -> dict[tuple[str, str], str]:
    """New ids whose records all came from older ones: the mark of a split."""
    splits: dict[tuple[str, str], str] = {}
    for cluster in sorted(set(clusters) - set(kept)):
        known = [registry.get(member.record_key) for member in clusters[cluster]]
        came_from = Counter(seen.resolved_id for seen in known if seen)
        if came_from:
            old = min(came_from, key=lambda key: (-came_from[key], key))
            splits[(old, ids[cluster])] = SPLIT
    return splits

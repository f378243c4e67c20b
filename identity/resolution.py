"""All records in, one row per record with its person or company out.

Ties the steps together: employers, ties between persons, clusters, stable ids. Knows no storage:
tables come in and go out as Arrow.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from identity.clustering import PersonClusters, cluster_persons, components, strongest_ties
from identity.constraints import DECIDED, never_folded
from identity.decisions import Constraint
from identity.employers import CONVERTED, MERGED, SELF, Employer, find_employers, side_by_side
from identity.evidence import (
    DECISION_RANK,
    LINK_RANK,
    Tie,
    find_ties,
    find_vetoes,
    node_values,
)
from identity.normalised_records import normalise_companies
from identity.person_nodes import build_nodes, member_rows
from identity.reference_lists import ReferenceLists
from identity.splink_model import predict_pairs
from identity.stable_ids import Member, Naming, Seen, anchor_of, name_clusters

SAME_CONTENT = "全項目一致"
JUNK = "テストデータ(結合しない)"

RESOLVED_SCHEMA = pa.schema(
    [
        ("entity", pa.string()),
        ("record_key", pa.string()),
        ("source_system", pa.string()),
        ("source_object", pa.string()),
        ("source_id", pa.string()),
        ("resolved_id", pa.string()),
        ("match_probability", pa.float64()),
        ("match_reason", pa.string()),
        ("is_anchor", pa.bool_()),
        ("previous_id", pa.string()),
        ("redirect_reason", pa.string()),
    ]
)
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a record went and why.

    Attributes:
        cluster: Key that stands for the person or company.
        reason: The strongest evidence, in Japanese.
        probability: How probable it is that the record belongs there.
    """

    cluster: str
    reason: str
    probability: float


def resolve_records(
    persons: pa.Table,
    normalised_persons: pa.Table,
    companies: pa.Table,
    lists: ReferenceLists,
    registry: pa.Table | None = None,
    redirects: pa.Table | None = None,
    constraints: Sequence[Constraint] = (),
) -> pa.Table:
    """Resolve every person and company record.

    Args:
        persons: Person-like records of all sources.
        normalised_persons: The same records as `normalise_persons` made them.
        companies: Company-like records of all sources.
        lists: The agreement's lists.
        registry: What earlier runs decided (entity, record_key, resolved_id, first_seen_at).
        redirects: Ids retired by earlier runs (entity, old_id).
        constraints: What people decided about person and company records, oldest first.

    Returns:
        Rows of `RESOLVED_SCHEMA`, sorted by entity and record_key.
    """
    person_rows = side_by_side(persons, normalised_persons)
    company_rows = side_by_side(companies, normalise_companies(companies, lists))
    employers = find_employers(person_rows, company_rows, constraints)
    matches = {
        "account": {e.record_key: Match(e.cluster, e.reason, e.probability) for e in employers},
        "person": match_persons(person_rows, normalised_persons, employers, constraints),
    }
    records = {row["record_key"]: row for row in (*person_rows, *company_rows)}
    company_keys = {row["record_key"] for row in company_rows}
    rows: list[_Row] = []
    for entity in sorted(matches):
        known, retired = _remembered(entity, registry, redirects)
        clusters = _clusters(matches[entity], records, entity, company_keys)
        naming = name_clusters(entity, clusters, known, retired)
        rows.extend(_resolved(entity, matches[entity], records, clusters, naming, known))
    columns = {field.name: [row[field.name] for row in rows] for field in RESOLVED_SCHEMA}
    return pa.table(columns, schema=RESOLVED_SCHEMA)


def match_persons(
    persons: list[_Row],
    normalised_persons: pa.Table,
    employers: Iterable[Employer],
    constraints: Sequence[Constraint] = (),
) -> dict[str, Match]:
    """The person of every person record.

    Args:
        persons: Rows with record_key, merged_into_key and converted_to_key.
        normalised_persons: As made by `normalise_persons`.
        employers: The company of each record that has one.
        constraints: What people decided, oldest first.
    """
    with duckdb.connect(":memory:") as con:
        build_nodes(con, normalised_persons, employer_table(employers), never_folded(constraints))
        members = dict(member_rows(con))
        links = [*_decided_ties(constraints, members), *_link_ties(persons, members)]
        ties = sorted([*links, *_value_ties(con)])
        values = node_values(con)
        vetoes = find_vetoes(con, values, components(ties))
    clusters = cluster_persons(ties, values, vetoes, constraints, members)
    return _read_back(persons, members, ties, clusters)


def _value_ties(con: duckdb.DuckDBPyConnection) -> list[Tie]:
    """Ties between nodes that share a value; without such nodes there is nothing to score."""
    if not con.execute("select count(*) from nodes").fetchall()[0][0]:
        return []
    return find_ties(con, predict_pairs(con))


def employer_table(employers: Iterable[Employer]) -> pa.Table:
    """record_key, cluster and home of the person records that have an employer."""
    of_persons = [employer for employer in employers if not employer.is_company_record]
    columns = {
        "record_key": pa.array([e.record_key for e in of_persons], pa.string()),
        "cluster": pa.array([e.cluster for e in of_persons], pa.string()),
        "home": pa.array([e.home for e in of_persons], pa.string()),
    }
    return pa.table(columns)


def _decided_ties(constraints: Iterable[Constraint], members: dict[str, str]) -> Iterator[Tie]:
    """What people joined, as ties, so that vetoes are sought around them and the reason is told."""
    for constraint in constraints:
        keys = constraint.one, constraint.other
        if constraint.is_same and members.keys() >= set(keys):
            one, other = sorted(members[key] for key in keys)
            if one != other:
                yield Tie(DECISION_RANK, 0.0, one, other, DECIDED, must_be_only=False)


def _link_ties(persons: list[_Row], members: dict[str, str]) -> Iterator[Tie]:
    """Ties that the source systems state: conversions and merges."""
    for column, reason in (("converted_to_key", CONVERTED), ("merged_into_key", MERGED)):
        for row in persons:
            target = row.get(column)
            if target in members and target != row["record_key"]:
                one, other = sorted((members[row["record_key"]], members[target]))
                yield Tie(LINK_RANK, 0.0, one, other, reason, must_be_only=False)


def _read_back(
    persons: list[_Row], members: dict[str, str], ties: list[Tie], clusters: PersonClusters
) -> dict[str, Match]:
    strongest = strongest_ties(clusters, ties)
    size: dict[str, int] = defaultdict(int)
    for node in members.values():
        size[node] += 1
    matches: dict[str, Match] = {}
    for row in persons:
        node = members[row["record_key"]]
        tie = strongest.get(node)
        reason, probability = (tie.reason, tie.probability) if tie else (SELF, 1.0)
        if size[node] > 1:
            reason, probability = SAME_CONTENT, 0.999
        elif row.get("is_junk"):
            reason = JUNK
        matches[row["record_key"]] = Match(clusters.cluster_of(node), reason, probability)
    return matches


def _remembered(
    entity: str, registry: pa.Table | None, redirects: pa.Table | None
) -> tuple[dict[str, Seen], set[str]]:
    known = {
        row["record_key"]: Seen(row["resolved_id"], row["first_seen_at"])
        for row in (registry.to_pylist() if registry is not None else [])
        if row["entity"] == entity
    }
    rows = redirects.to_pylist() if redirects is not None else []
    return known, {row["old_id"] for row in rows if row["entity"] == entity}


def _clusters(
    matches: dict[str, Match], records: dict[str, _Row], entity: str, company_keys: set[str]
) -> dict[str, list[Member]]:
    clusters: dict[str, list[Member]] = defaultdict(list)
    for key, match in sorted(matches.items()):
        stands = entity == "person" or key in company_keys
        clusters[match.cluster].append(Member(key, records[key].get("created_at"), stands))
    return clusters


def _resolved(
    entity: str,
    matches: dict[str, Match],
    records: dict[str, _Row],
    clusters: dict[str, list[Member]],
    naming: Naming,
    known: dict[str, Seen],
) -> Iterator[_Row]:
    anchors = {anchor_of(members).record_key for members in clusters.values()}
    for key, match in sorted(matches.items()):
        resolved = naming.ids[match.cluster]
        previous = known[key].resolved_id if key in known else None
        yield {
            "entity": entity,
            "record_key": key,
            "source_system": records[key]["source_system"],
            "source_object": records[key]["source_object"],
            "source_id": records[key]["source_id"],
            "resolved_id": resolved,
            "match_probability": match.probability,
            "match_reason": match.reason,
            "is_anchor": key in anchors,
            "previous_id": previous,
            "redirect_reason": naming.redirects.get((previous or "", resolved)),
        }

"""All records in, one row per record with its person or company and its id out.

Ties the steps together: employers, nodes, pairs, clusters, stable ids. Each step's table can be
kept by whoever calls it. Knows no storage: tables come in and go out as Arrow.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from identity.blocking import find_meetings
from identity.constraints import never_folded
from identity.decisions import Constraint
from identity.disjoint_sets import Numbers, label_components
from identity.employers import CONVERTED, MERGED, SELF, cluster_companies, find_employers
from identity.key_lookup import NOBODY, positions
from identity.naming import Clustered, Remembered, name_records
from identity.normalised_records import normalise_companies
from identity.numbered_nodes import NumberedNodes
from identity.person_matching import match_persons
from identity.person_nodes import find_nodes
from identity.reference_lists import ReferenceLists
from identity.side_by_side import take_rows

SAME_CONTENT = "全項目一致"
JUNK = "テストデータ(結合しない)"
_SAME_CONTENT_BELIEF = 0.999

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
_TIE_COLUMNS = ["record_key_a", "record_key_b", "evidence", "evidence_rank", "match_probability"]
_RECORD_COLUMNS = ["record_key", "source_system", "source_object", "source_id", "created_at"]


def resolve_records(
    persons: pa.Table,
    normalised_persons: pa.Table,
    companies: pa.Table,
    lists: ReferenceLists,
    registry: pa.Table | None = None,
    redirects: pa.Table | None = None,
    constraints: Sequence[Constraint] = (),
) -> pa.Table:
    """Resolve every person and company record, all steps in one go.

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
    records = (persons, normalised_persons, companies, normalise_companies(companies, lists))
    employers = find_employers(*records, cluster_companies(*records, constraints))
    nodes = find_nodes(normalised_persons, employers, never_folded(constraints))
    pairs = match_persons(nodes, person_links(persons), constraints, None, find_meetings(nodes))
    return give_ids(persons, companies, employers, nodes, pairs, registry, redirects)


def person_links(persons: pa.Table) -> pa.Table:
    """What source systems state of person records: (one, other, reason), by record key."""
    stated = []
    for column, reason in (("converted_to_key", CONVERTED), ("merged_into_key", MERGED)):
        some = persons.select(["record_key", column]).filter(pc.is_valid(persons[column]))
        reasons = pa.array([reason] * some.num_rows, pa.string())
        stated.append(some.rename_columns(["one", "other"]).append_column("reason", reasons))
    return pa.concat_tables(stated)


@dataclass(frozen=True)
class _Placed(Clustered):
    """The records of one entity in their clusters.

    Attributes:
        reasons: Why each record is in its cluster.
        beliefs: How probable that is.
    """

    reasons: pa.Array | pa.ChunkedArray
    beliefs: pa.Array | pa.ChunkedArray


def _place_companies(employers: pa.Table) -> _Placed:
    """The company of every record that has one."""
    clusters = employers["cluster"].combine_chunks().dictionary_encode()
    return _Placed(
        "account",
        employers["record_key"].combine_chunks(),
        np.asarray(clusters.indices).astype(np.int64),
        clusters.dictionary,
        np.asarray(employers["is_company_record"]),
        employers["match_reason"],
        employers["match_probability"],
    )


def _place_persons(nodes: NumberedNodes, pairs: pa.Table) -> _Placed:
    """The person of every person record, with the strongest evidence for it."""
    joined = pairs.select(_TIE_COLUMNS).filter(pc.equal(pairs["verdict"], "joined"))
    one = nodes.of_keys(joined["record_key_a"])
    other = nodes.of_keys(joined["record_key_b"])
    own = nodes.of_rows
    people = label_components(nodes.count, one, other)[own]
    is_root = np.bincount(people, minlength=nodes.count) > 0
    reasons, beliefs = _persons_reasoned(
        nodes, joined, _strongest_ties(joined, one, other, nodes.count)
    )
    return _Placed(
        "person",
        nodes.records["record_key"].combine_chunks(),
        (np.cumsum(is_root) - 1)[people],
        nodes.rows["record_key"].take(np.flatnonzero(is_root)).combine_chunks(),
        np.ones(len(own), dtype=np.bool_),
        reasons,
        beliefs,
    )


def _persons_reasoned(
    nodes: NumberedNodes, joined: pa.Table, tie: Numbers
) -> tuple[pa.Array, pa.Array]:
    """By record why it is in its person, and how probable that is.

    Args:
        nodes: The nodes.
        joined: The pairs of nodes that are one person.
        tie: By node the row of its strongest tie among these.
    """
    own = nodes.of_rows
    size = np.bincount(own, minlength=nodes.count)[own]
    tie_row = pa.array(tie[own], mask=(tie[own] == NOBODY) | (size > 1))
    alone = pc.if_else(nodes.records["is_junk"], JUNK, SELF)
    reason = pc.coalesce(joined["evidence"].take(tie_row).combine_chunks(), alone)
    belief = pc.fill_null(joined["match_probability"].take(tie_row).combine_chunks(), 1.0)
    is_equal = pa.array(size > 1)
    return (
        pc.if_else(is_equal, SAME_CONTENT, reason),
        pc.if_else(is_equal, _SAME_CONTENT_BELIEF, belief),
    )


def _strongest_ties(joined: pa.Table, one: Numbers, other: Numbers, count: int) -> Numbers:
    """By node the row of the strongest tie that it has; NOBODY if none."""
    told = np.flatnonzero(np.asarray(pc.is_valid(joined["evidence"])))
    rank = np.asarray(joined["evidence_rank"].take(told)).astype(np.int64)
    belief = np.asarray(joined["match_probability"].take(told)).astype(np.float64)
    order = told[np.lexsort((other[told], one[told], -belief, rank))[::-1]]
    strongest = np.full(count, NOBODY, dtype=np.int64)
    # the last one counts
    strongest[np.stack([one[order], other[order]], axis=1).ravel()] = np.repeat(order, 2)
    return strongest


def give_ids(
    persons: pa.Table,
    companies: pa.Table,
    employers: pa.Table,
    nodes: pa.Table,
    pairs: pa.Table,
    registry: pa.Table | None = None,
    redirects: pa.Table | None = None,
) -> pa.Table:
    """One row per record with its person or company and its id.

    Args:
        persons: Person-like records of all sources.
        companies: Company-like records of all sources.
        employers: As made by `find_employers`.
        nodes: As made by `find_nodes`.
        pairs: As made by `match_persons`.
        registry: What earlier runs decided (entity, record_key, resolved_id, first_seen_at).
        redirects: Ids retired by earlier runs (entity, old_id).

    Returns:
        Rows of `RESOLVED_SCHEMA`, sorted by entity and record_key.
    """
    records = _records(persons, companies)
    placed = [_place_companies(employers), _place_persons(NumberedNodes(nodes), pairs)]
    with ThreadPoolExecutor(len(placed)) as pool:
        parts = pool.map(lambda one: _entity_rows(one, records, registry, redirects), placed)
        return pa.concat_tables(parts)


def _records(persons: pa.Table, companies: pa.Table) -> pa.Table:
    """Where each record comes from and when it was made, in UTC."""
    parts = []
    for table in (persons, companies):
        made = table["created_at"].cast(pa.timestamp("us", tz="UTC"), safe=False)
        at = _RECORD_COLUMNS.index("created_at")
        parts.append(table.select(_RECORD_COLUMNS).set_column(at, "created_at", made))
    return pa.concat_tables(parts, promote_options="permissive")


def _entity_rows(
    placed: _Placed, records: pa.Table, registry: pa.Table | None, redirects: pa.Table | None
) -> pa.Table:
    """The rows of one entity, in the order of their keys."""
    known = take_rows(records, positions(placed.keys, records["record_key"]))
    named = name_records(
        placed, known["created_at"].combine_chunks(),
        _remembered(placed.entity, registry, redirects),
    )  # fmt: skip
    found = {name: known[name] for name in known.column_names}
    found |= {name: named[name] for name in named.column_names}
    entity = pa.array([placed.entity]).take(np.zeros(len(placed.keys), int))
    found |= {"entity": entity, "record_key": placed.keys}
    found |= {"match_reason": placed.reasons, "match_probability": placed.beliefs}
    return pa.table(found).select(RESOLVED_SCHEMA.names).cast(RESOLVED_SCHEMA)


def _remembered(entity: str, registry: pa.Table | None, redirects: pa.Table | None) -> Remembered:
    columns = ["record_key", "resolved_id", "first_seen_at"]
    if registry is None:
        known = pa.table({name: pa.array([], pa.string()) for name in columns})
    else:
        known = registry.filter(pc.equal(registry["entity"], entity)).select(columns)
    if redirects is None:
        return Remembered(known, pa.array([], pa.string()))
    retired = redirects.filter(pc.equal(redirects["entity"], entity))["old_id"].combine_chunks()
    return Remembered(known, retired)

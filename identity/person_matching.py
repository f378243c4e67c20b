"""Which nodes are one person: blocks, comparisons, evidence, vetoes and clusters put together.

A comparison depends on its two nodes, and a person on what ties and values there are in one
connected component. So a pair is taken over from an earlier run where both are as they were, and
the outcome is the same with and without one. Knows no storage: tables come in and go out as Arrow.
Not here: how a component is told apart into persons (`person_components`).
"""

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.blocking import find_meetings
from identity.comparisons import NAME_COLUMNS
from identity.constraints import DECIDED
from identity.decisions import Constraint
from identity.disjoint_sets import Numbers
from identity.earlier_run import take_stacked
from identity.evidence import (
    DECISION_RANK,
    EVIDENCE,
    LINK_RANK,
    OTHER_MAIL,
    OTHER_NAME,
    weigh_evidence,
)
from identity.key_lookup import NOBODY
from identity.known_pairs import KnownPairs, Mask, know_pairs
from identity.numbered_nodes import NumberedNodes
from identity.person_components import hash_components, place_components
from identity.person_nodes import COMPARED
from identity.scores import find_frequencies, score_pairs
from identity.scratch import scratch_database
from identity.splink_model import COMPARISONS, compare_pairs

# Pairs without evidence that are at least so probable are worth a human look.
WORTH_A_LOOK = 0.2

PAIRS_SCHEMA = pa.schema(
    [
        ("record_key_a", pa.string()),
        ("record_key_b", pa.string()),
        ("verdict", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("evidence", pa.string()),
        ("evidence_rank", pa.int32()),
        ("evidence_names", pa.list_(pa.string())),
        ("veto", pa.string()),
        *((f"weight_{name}", pa.float64()) for name in COMPARISONS),
        *((f"gamma_{name}", pa.int32()) for name in COMPARISONS),
        ("content_low", pa.uint64()),
        ("content_high", pa.uint64()),
        # how frequent the compared values were, see `scores`
        ("frequency_steps", pa.int64()),
        # hash of all that the component of the two rests on; null if they are not in one
        ("component_hash", pa.uint64()),
    ]
)
_GAMMAS = ", ".join(f"gamma_{name}" for name in COMPARISONS)


def match_persons(
    nodes: pa.Table,
    links: pa.Table,
    constraints: Sequence[Constraint] = (),
    previous: pa.Table | None = None,
    meetings: pa.Table | None = None,
) -> pa.Table:
    """Every pair of nodes that was compared or linked, with what came of it.

    Args:
        nodes: As made by `find_nodes`.
        links: What source systems state (one, other, reason), by record key.
        constraints: What people decided, oldest first.
        previous: What this function returned for earlier records, of the same code and weights.
        meetings: As made by `find_meetings` of the nodes, if that has been done.

    Returns:
        Rows of `PAIRS_SCHEMA`, sorted by the two keys. Persons are the connected components of
        the pairs that are `joined`.
    """
    numbered = NumberedNodes(nodes)
    earlier = previous if previous is not None else PAIRS_SCHEMA.empty_table()
    with scratch_database() as con:
        node_of = _nodes_decided(numbered, constraints)
        frequencies = find_frequencies(numbered)
        con.register("frequencies", frequencies)
        pairs = know_pairs(
            numbered,
            meetings if meetings is not None else find_meetings(nodes),
            _state(con, numbered, links, constraints, node_of),
            np.asarray(frequencies["frequency_steps"]),
            earlier.select(PAIRS_SCHEMA.names),
        )
        _score(con, numbered, pairs)
        _gather_ties(con, pairs)
        decided = [c for c in constraints if {c.one, c.other} <= node_of.keys()]
        labels, hashes = hash_components(con, numbered, decided, node_of)
        fresh = _are_fresh(pairs, labels, hashes)
        _open_components(con, numbered, pairs, labels, fresh)
        place_components(con, decided, node_of, numbered.count)
        con.register("keys", pa.table({"number": np.arange(numbered.count),
                                       "node_key": numbered.rows["record_key"]}))  # fmt: skip
        con.register("facts", _facts(pairs, fresh, labels, hashes))
        return take_stacked(pairs.previous, _read_pairs(con), pairs.rows_after(fresh))


def _nodes_decided(nodes: NumberedNodes, constraints: Sequence[Constraint]) -> dict[str, int]:
    """The node of each record that was decided about and is there."""
    decided = sorted({key for c in constraints for key in (c.one, c.other)})
    numbers = nodes.of_records(pa.array(decided, pa.string())).tolist()
    return {key: n for key, n in zip(decided, numbers, strict=True) if n != NOBODY}


def _state(
    con: duckdb.DuckDBPyConnection,
    nodes: NumberedNodes,
    links: pa.Table,
    constraints: Sequence[Constraint],
    node_of: Mapping[str, int],
) -> pa.Table:
    """Create `stated`: links and decisions between nodes; return it."""
    ends = nodes.of_records(pa.chunked_array([*links["one"].chunks, *links["other"].chunks],
                                             pa.string()))  # fmt: skip
    con.register("linked", pa.table({
        "one": ends[: links.num_rows], "other": ends[links.num_rows :], "reason": links["reason"],
    }))  # fmt: skip
    same = [c for c in constraints if c.is_same and {c.one, c.other} <= node_of.keys()]
    con.register("decided_same", pa.table({
        "one": pa.array([node_of[c.one] for c in same], pa.int64()),
        "other": pa.array([node_of[c.other] for c in same], pa.int64()),
    }))  # fmt: skip
    con.execute(f"""
        create table stated as
        with ends as (
            select one, other, reason, {LINK_RANK} as rank from linked
            where one <> {NOBODY} and other <> {NOBODY}
            union all select one, other, '{DECIDED}', {DECISION_RANK} from decided_same
        ),
        ordered as (
            select least(one, other) as one, greatest(one, other) as other, rank, reason from ends
        )
        select one, other, min(rank) as rank, arg_min(reason, (rank, reason)) as reason
        from ordered where one < other group by one, other
    """)
    return con.sql("from stated").to_arrow_table()


def _score(con: duckdb.DuckDBPyConnection, nodes: NumberedNodes, pairs: KnownPairs) -> None:
    """Create `weighed` of the pairs that met and whose scores are not known."""
    asked = pairs.is_met & ~pairs.is_scored
    con.register("asked", pairs.numbered(asked))
    con.execute("create table pairs as from asked")
    _open_nodes(con, nodes, np.concatenate([pairs.one[asked], pairs.other[asked]]))
    _compare(con, pairs.previous.filter(pa.array(~pairs.is_used)))
    living = nodes.count - (pc.sum(nodes.rows["is_junk"]).as_py() or 0)
    score_pairs(con, living)
    weigh_evidence(con)
    con.execute("drop table compared; drop table scored; drop table pairs")


def _open_nodes(con: duckdb.DuckDBPyConnection, nodes: NumberedNodes, numbers: Numbers) -> None:
    """Create `nodes` of some nodes that are no junk."""
    con.register("opened", nodes.some(numbers))
    con.execute(f"""
        create or replace table nodes as
        select number as node, content, hash({", ".join(NAME_COLUMNS)})::varchar as name_key,
            {", ".join(COMPARED)}
        from opened
    """)


def _compare(con: duckdb.DuckDBPyConnection, previous: pa.Table) -> None:
    """Create `compared`: taken over where two nodes said the same before, else compared now."""
    gammas = ", ".join(f"gamma_{name} integer" for name in COMPARISONS)
    con.execute(f"create table compared (one bigint, other bigint, {gammas})")
    con.register("previous", previous.filter(pc.is_valid(previous["content_low"])))
    con.execute(f"""
        insert into compared
        with known as (
            select content_low, content_high,
                {", ".join(f"any_value(gamma_{name}) as gamma_{name}" for name in COMPARISONS)}
            from previous
            group by content_low, content_high
        ),
        contents as (
            select one, other, least(a.content, b.content) as content_low,
                greatest(a.content, b.content) as content_high
            from pairs
            inner join nodes as a on pairs.one = a.node
            inner join nodes as b on pairs.other = b.node
        )
        select one, other, {_GAMMAS}
        from contents inner join known using (content_low, content_high);
        create table fresh as select one, other from pairs anti join compared using (one, other);
    """)
    compare_pairs(con, "fresh", "compared")
    con.execute("drop table fresh")


def _gather_ties(con: duckdb.DuckDBPyConnection, pairs: KnownPairs) -> None:
    """Create `ties`: links and decisions, and all evidence."""
    only = ", ".join(str(rank) for rank, row in enumerate(EVIDENCE, 1) if row.must_be_only)
    known = pairs.rows_of(pairs.is_scored).select(["evidence_rank", "match_probability"])
    numbered = pairs.numbered(pairs.is_scored)
    for name in known.column_names:
        numbered = numbered.append_column(name, known[name])
    con.register("known_ties", numbered)
    con.execute(f"""
        create table ties as
        select one, other, rank, belief, rank in ({only}) as must_be_only
        from weighed anti join stated using (one, other)
        where rank is not null
        union all
        select one, other, evidence_rank, match_probability, evidence_rank in ({only})
        from known_ties where evidence_rank is not null
        union all
        select one, other, rank, 1.0, false from stated;
    """)


def _are_fresh(pairs: KnownPairs, labels: Numbers, hashes: NDArray[np.uint64]) -> Mask:
    """Which pairs do not stay as they were: by themselves, or because their component does not."""
    inside = labels[pairs.one] == labels[pairs.other]
    was_inside = pairs.earlier("component_hash", 0, np.uint64)
    alike = pairs.is_scored | pairs.is_stated_as_before
    kept = alike & (was_inside == np.where(inside, hashes[pairs.one], np.uint64(0)))
    touched = np.zeros(len(labels), dtype=np.bool_)
    touched[labels[pairs.one[~kept & inside]]] = True
    return ~kept | (inside & touched[labels[pairs.one]])


def _open_components(
    con: duckdb.DuckDBPyConnection,
    nodes: NumberedNodes,
    pairs: KnownPairs,
    labels: Numbers,
    fresh: Mask,
) -> None:
    """Leave in `ties` and `weighed` what concerns fresh pairs and their components."""
    inside = fresh & (labels[pairs.one] == labels[pairs.other])
    touched = np.zeros(len(labels), dtype=np.bool_)
    touched[labels[pairs.one[inside]]] = True
    members = np.flatnonzero(touched[labels])
    ends = np.concatenate([members, pairs.one[fresh], pairs.other[fresh]])
    _open_nodes(con, nodes, ends)
    con.register("members", pa.table({"node": members}))
    again = fresh & pairs.is_scored
    con.register("taken", pairs.rows_of(again).append_column("one", pa.array(pairs.one[again]))
                 .append_column("other", pa.array(pairs.other[again])))  # fmt: skip
    weights = ", ".join(f"weight_{name}" for name in COMPARISONS)
    con.execute(f"""
        create or replace table ties as from ties where one in (from members);
        insert into weighed by name
        select one, other, {_GAMMAS}, {weights}, match_weight, match_probability,
            match_probability as belief, evidence_rank as rank, evidence_names as also_fits
        from taken
    """)


def _facts(pairs: KnownPairs, fresh: Mask, labels: Numbers, hashes: NDArray[np.uint64]) -> pa.Table:
    """What the rows of the fresh pairs tell a later run."""
    inside = (labels[pairs.one] == labels[pairs.other])[fresh]
    return (
        pairs.numbered(fresh)
        .append_column("frequency_steps", pa.array(pairs.frequency_steps[fresh]))
        .append_column("component_hash", pa.array(hashes[pairs.one[fresh]], mask=~inside))
    )


# What only pairs that met in a block have.
_NOT_COMPARED = ", ".join(
    f"null as {column}"
    for column in (
        "match_weight",
        "match_probability",
        *(f"gamma_{name}" for name in COMPARISONS),
        *(f"weight_{name}" for name in COMPARISONS),
    )
)
_EVIDENCE_NAMES = " ".join(
    f"when {rank} then '{row.reason}'" for rank, row in enumerate(EVIDENCE, 1)
)
_PAIRS_SQL = f"""
    with every as (
        select
            weighed.* exclude (rank, also_fits),
            coalesce(stated.rank, weighed.rank) as rank,
            coalesce(stated.reason, case weighed.rank {_EVIDENCE_NAMES} end) as evidence,
            case when stated.reason is null then also_fits
                else list_prepend(stated.reason, coalesce(also_fits, [])) end
                as evidence_names
        from weighed left join stated using (one, other)
        union all by name
        select one, other, rank, reason as evidence, [reason] as evidence_names,
            1.0 as belief, {_NOT_COMPARED}
        from stated anti join weighed using (one, other)
    ),
    judged as (
        select
            every.*,
            coalesce(a.component = b.component, false) as is_joined,
            coalesce(
                objection,
                case when evidence is null and gamma_name = 0 then '{OTHER_NAME}'
                    when evidence is null and gamma_mail = 1 then '{OTHER_MAIL}' end
            ) as veto
        from every
        left join objections using (one, other)
        left join placed as a on every.one = a.node
        left join placed as b on every.other = b.node
    )
    select
        x.node_key as record_key_a,
        y.node_key as record_key_b,
        case when is_joined then 'joined'
            when veto is not null then 'vetoed'
            when evidence is not null or belief >= {WORTH_A_LOOK} then 'between'
            else 'below' end as verdict,
        belief as match_probability,
        match_weight,
        evidence,
        rank::integer as evidence_rank,
        evidence_names,
        case when not is_joined then veto end as veto,
        {", ".join(f"weight_{name}" for name in COMPARISONS)},
        {_GAMMAS},
        least(m.content, n.content) as content_low,
        greatest(m.content, n.content) as content_high,
        case when gamma_name is not null then frequency_steps end as frequency_steps,
        component_hash
    from judged
    inner join facts using (one, other)
    inner join keys as x on judged.one = x.number
    inner join keys as y on judged.other = y.number
    left join nodes as m on judged.one = m.node and gamma_name is not null
    left join nodes as n on judged.other = n.node and gamma_name is not null
    order by one, other
"""


def _read_pairs(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The table of pairs as it leaves."""
    return con.sql(_PAIRS_SQL).to_arrow_table().cast(PAIRS_SCHEMA)

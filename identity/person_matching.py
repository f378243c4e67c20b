"""Which nodes are one person: blocks, comparisons, evidence, vetoes and clusters put together.

A comparison depends on its two nodes only, so it is taken over from an earlier run where both are
unchanged; all that depends on other records is worked out anew. The outcome is therefore the same
with and without an earlier run. Knows no storage: tables come in and go out as Arrow.
"""

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from identity.blocking import find_pairs
from identity.clustering import PersonClusters, cluster_persons
from identity.comparisons import NAME_COLUMNS
from identity.constraints import DECIDED
from identity.decisions import Constraint
from identity.disjoint_sets import Numbers, label_components
from identity.evidence import (
    DECISION_RANK,
    EVIDENCE,
    LINK_RANK,
    OTHER_MAIL,
    OTHER_NAME,
    Tie,
    find_vetoes,
    node_values,
    read_vetoes,
    weigh_evidence,
)
from identity.person_nodes import COMPARED
from identity.scores import score_pairs
from identity.splink_model import COMPARISONS, compare_pairs

# Ties that hold only where all fits one person hold nothing in a tangle of more nodes than this.
LARGEST_TANGLE = 1000
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
    ]
)
_GAMMAS = ", ".join(f"gamma_{name}" for name in COMPARISONS)


def match_persons(
    nodes: pa.Table,
    links: pa.Table,
    constraints: Sequence[Constraint] = (),
    previous: pa.Table | None = None,
) -> pa.Table:
    """Every pair of nodes that was compared or linked, with what came of it.

    Args:
        nodes: As made by `find_nodes`.
        links: What source systems state (one, other, reason), by record key.
        constraints: What people decided, oldest first.
        previous: What this function returned for earlier records, of the same code and weights.

    Returns:
        Rows of `PAIRS_SCHEMA`, sorted by the two keys. Persons are the connected components of
        the pairs that are `joined`.
    """
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        node_of = _number_nodes(con, nodes, constraints)
        find_pairs(con)
        _compare(con, previous)
        score_pairs(con)
        weigh_evidence(con)
        con.execute("drop table compared; drop table scored; drop table pairs")
        _gather_ties(con, links, constraints, node_of)
        _place(con, constraints, node_of)
        return _read_pairs(con)


def _number_nodes(
    con: duckdb.DuckDBPyConnection, nodes: pa.Table, constraints: Sequence[Constraint]
) -> dict[str, int]:
    """Create `numbering` and `nodes`; return the node of each record that was decided about."""
    con.register("node_records", nodes)
    con.execute(f"""
        create table numbering as
        select record_key as node_key, row_number() over (order by record_key) - 1 as node
        from node_records where record_key = node_records.node;
        create table nodes as
        select
            numbering.node,
            content,
            hash({", ".join(NAME_COLUMNS)})::varchar as name_key,
            {", ".join(COMPARED)}
        from node_records
        inner join numbering on node_records.record_key = numbering.node_key
        where not is_junk;
    """)
    decided = sorted({key for c in constraints for key in (c.one, c.other)})
    con.register("decided", pa.table({"record_key": pa.array(decided, pa.string())}))
    rows = con.execute("""
        select record_key, numbering.node
        from node_records inner join numbering on node_records.node = numbering.node_key
        where record_key in (from decided)
    """).fetchall()
    return dict(rows)


def _compare(con: duckdb.DuckDBPyConnection, previous: pa.Table | None) -> None:
    """Create `compared`: taken over where both nodes are as they were, else compared now."""
    gammas = ", ".join(f"gamma_{name} integer" for name in COMPARISONS)
    con.execute(f"create table compared (one bigint, other bigint, {gammas})")
    if previous is None:
        compare_pairs(con, "pairs", "compared")
        return
    con.register("previous", previous)
    con.execute(f"""
        insert into compared
        with known as (
            select content_low, content_high,
                {", ".join(f"any_value(gamma_{name}) as gamma_{name}" for name in COMPARISONS)}
            from previous
            where content_low is not null
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


def _gather_ties(
    con: duckdb.DuckDBPyConnection,
    links: pa.Table,
    constraints: Sequence[Constraint],
    node_of: Mapping[str, int],
) -> None:
    """Create `stated` (links and decisions between nodes) and `ties` (those and all evidence)."""
    con.register("links", links)
    con.execute(f"""
        create table stated as
        with ends as (
            select a.node as one, b.node as other, reason, {LINK_RANK} as rank
            from links
            inner join node_records as x on links.one = x.record_key
            inner join node_records as y on links.other = y.record_key
            inner join numbering as a on x.node = a.node_key
            inner join numbering as b on y.node = b.node_key
        )
        select least(one, other) as one, greatest(one, other) as other, rank, reason
        from ends where one <> other
    """)
    rows = [
        (*sorted((node_of[c.one], node_of[c.other])), DECISION_RANK, DECIDED)
        for c in constraints
        if c.is_same and {c.one, c.other} <= node_of.keys()
    ]
    if rows:
        con.executemany("insert into stated select ?, ?, ?, ?", rows)
    only = ", ".join(str(rank) for rank, row in enumerate(EVIDENCE, 1) if row.must_be_only)
    con.execute(f"""
        create or replace table stated as
        select one, other, min(rank) as rank, arg_min(reason, (rank, reason)) as reason
        from stated where one < other group by one, other;
        create table ties as
        select one, other, rank, belief, rank in ({only}) as must_be_only
        from weighed anti join stated using (one, other)
        where rank is not null
        union all
        select one, other, rank, 1.0, false from stated;
    """)


def _place(
    con: duckdb.DuckDBPyConnection, constraints: Sequence[Constraint], node_of: Mapping[str, int]
) -> None:
    """Create `placed` (node, person) of the nodes that ties reach, and `objections` to ties."""
    labels = _label(con)
    con.execute(f"""
        create table tangled as
        select component from components group by component having count(*) > {LARGEST_TANGLE};
        delete from ties where must_be_only and one in (
            select node from components where component in (from tangled)
        )
    """)
    if con.execute("select count(*) from tangled").fetchall()[0][0]:
        labels = _label(con)
    find_vetoes(con)
    decided = [c for c in constraints if {c.one, c.other} <= node_of.keys()]
    opposed = [labels[node_of[c.one]] for c in decided if not c.is_same]
    con.register("opposed", pa.table({"component": pa.array(opposed, pa.int64())}))
    con.execute("""
        create table contested as
        select component from vetoes union select component from opposed
    """)
    con.execute("create table objections (one bigint, other bigint, objection varchar)")
    _cluster_contested(con, labels, decided, node_of)
    _register_labels(con, "placed", labels)


def _label(con: duckdb.DuckDBPyConnection) -> Numbers:
    """The component of every node over the ties so far; also as table `components`."""
    edges = con.sql("select one, other from ties").to_arrow_table()
    count = con.execute("select count(*) from numbering").fetchall()[0][0]
    labels = label_components(count, np.asarray(edges["one"]), np.asarray(edges["other"]))
    _register_labels(con, "components", labels)
    return labels


def _register_labels(con: duckdb.DuckDBPyConnection, table: str, labels: Numbers) -> None:
    """A table of the nodes that are not alone, with the column component."""
    sizes = np.bincount(labels, minlength=len(labels))
    nodes = np.flatnonzero(sizes[labels] > 1)
    con.register("labelled", pa.table({"node": nodes, "component": labels[nodes]}))
    con.execute(f"create or replace table {table} as select * from labelled")
    con.unregister("labelled")


def _cluster_contested(
    con: duckdb.DuckDBPyConnection,
    labels: Numbers,
    constraints: Sequence[Constraint],
    node_of: Mapping[str, int],
) -> None:
    """Cluster the components where something speaks against a tie; the others are one person."""
    contested = "select node from components semi join contested using (component)"
    rows = con.execute(f"""
        select rank, round(1 - belief, 9), one, other, must_be_only from ties
        where one in ({contested}) order by all
    """).fetchall()
    ties = [Tie(rank, doubt, one, other, "", only) for rank, doubt, one, other, only in rows]
    values = node_values(con, contested)
    inside = {node for (node,) in con.execute(contested).fetchall()}
    binding = [c for c in constraints if {node_of[c.one], node_of[c.other]} <= inside]
    clusters = cluster_persons(ties, values, read_vetoes(con), binding, node_of)
    for node in inside:
        labels[node] = clusters.cluster_of(node)
    objections = _objections(con, clusters, contested)
    if objections:
        con.executemany("insert into objections values (?, ?, ?)", objections)


def _objections(
    con: duckdb.DuckDBPyConnection, clusters: PersonClusters, contested: str
) -> list[tuple[int, int, str]]:
    """What holds compared pairs apart that lie in one contested component."""
    pairs = con.execute(f"""
        select one, other from weighed where rank is not null and one in ({contested})
        union select one, other from stated where one in ({contested})
    """).fetchall()
    found = [
        (one, other, clusters.objection(one, other))
        for one, other in sorted(pairs)
        if clusters.cluster_of(one) != clusters.cluster_of(other)
    ]
    return [(one, other, objection) for one, other, objection in found if objection]


def _read_pairs(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The table of pairs as it leaves."""
    names = " ".join(f"when {rank} then '{row.reason}'" for rank, row in enumerate(EVIDENCE, 1))
    nulls = ", ".join(f"null as {column}" for column in _only_compared())
    found = con.sql(f"""
        with every as (
            select
                weighed.* exclude (rank, also_fits),
                coalesce(stated.rank, weighed.rank) as rank,
                coalesce(stated.reason, case weighed.rank {names} end) as evidence,
                case when stated.reason is null then also_fits
                    else list_prepend(stated.reason, coalesce(also_fits, [])) end
                    as evidence_names
            from weighed left join stated using (one, other)
            union all by name
            select one, other, rank, reason as evidence, [reason] as evidence_names,
                1.0 as belief, {nulls}
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
            greatest(m.content, n.content) as content_high
        from judged
        inner join numbering as x on judged.one = x.node
        inner join numbering as y on judged.other = y.node
        left join nodes as m on judged.one = m.node and gamma_name is not null
        left join nodes as n on judged.other = n.node and gamma_name is not null
        order by one, other
    """).to_arrow_table()
    return found.cast(PAIRS_SCHEMA)


def _only_compared() -> list[str]:
    return [
        "match_weight", "match_probability",
        *(f"gamma_{name}" for name in COMPARISONS),
        *(f"weight_{name}" for name in COMPARISONS),
    ]  # fmt: skip

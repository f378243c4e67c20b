"""What ties connect, and how each connected component is told apart into persons.

A component rests on its ties, its nodes and what was decided about them, so a hash of these says
whether it is as an earlier run found it. Not here: the ties (`person_matching`), or how a contested
component is clustered (`clustering`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from identity.clustering import PersonClusters, cluster_persons
from identity.decisions import Constraint
from identity.disjoint_sets import Numbers, label_components
from identity.earlier_run import code_fingerprint
from identity.evidence import Tie, Vetoes, find_vetoes, node_values, read_vetoes
from identity.numbered_nodes import NumberedNodes

# Ties that hold only where all fits one person hold nothing in a tangle of more nodes than this.
LARGEST_TANGLE = 1000


_HASHES_SQL = """
    with identified as (
        select number, label, hash(record_key, content) as identity
        from standing inner join labels using (number)
    ),
    facts as (
        select a.label, hash(a.identity, b.identity, rank, belief) as fact
        from ties
        inner join identified as a on ties.one = a.number
        inner join identified as b on ties.other = b.number
        union all
        select label, hash(fact, row_number() over (partition by label order by place))
        from said inner join labels using (number)
    ),
    hashed as (
        -- 0 stands for none
        select label, hash($code, count(*), sum(fact)::varchar) // 2 * 2 + 1 as hash
        from facts group by label
    )
    select number, hash from labels inner join hashed using (label)
"""


def hash_components(
    con: duckdb.DuckDBPyConnection,
    nodes: NumberedNodes,
    decided: Sequence[Constraint],
    node_of: Mapping[str, int],
) -> tuple[Numbers, NDArray[np.uint64]]:
    """The component of every node over the table `ties`, and the hash of it by node.

    Args:
        con: The database with `ties`.
        nodes: The nodes.
        decided: What people decided about records that are there, oldest first.
        node_of: Record key → node, for these records.
    """
    labels = _label(con, nodes.count)
    con.register("labels", pa.table({"number": np.arange(nodes.count), "label": labels}))
    con.register("standing", nodes.rows.select(["record_key", "content"]).append_column(
        "number", pa.array(np.arange(nodes.count))))  # fmt: skip
    con.register("said", pa.table({
        "number": pa.array([node_of[c.one] for c in decided], pa.int64()),
        "fact": pa.array([f"{c.one} {c.other} {c.is_same}" for c in decided], pa.string()),
        "place": np.arange(len(decided)),
    }))  # fmt: skip
    found = con.sql(
        _HASHES_SQL,
        params={"code": code_fingerprint()},
    ).to_arrow_table()
    hashes = np.zeros(nodes.count, dtype=np.uint64)
    hashes[np.asarray(found["number"])] = np.asarray(found["hash"])
    return labels, hashes


def place_components(
    con: duckdb.DuckDBPyConnection,
    decided: Sequence[Constraint],
    node_of: Mapping[str, int],
    count: int,
) -> None:
    """Create `placed` (node, component) of the nodes that ties reach, and `objections` to ties.

    Args:
        con: The database with `ties`, `stated`, `weighed` and the `nodes` that they speak of.
        decided: What people decided about records that are there, oldest first.
        node_of: Record key → node, for these records.
        count: How many nodes there are.
    """
    labels = _label(con, count)
    con.execute(f"""
        create table tangled as
        select component from components group by component having count(*) > {LARGEST_TANGLE};
        delete from ties where must_be_only and one in (
            select node from components where component in (from tangled)
        )
    """)
    if con.execute("select count(*) from tangled").fetchall()[0][0]:
        labels = _label(con, count)
    find_vetoes(con)
    opposed = [labels[node_of[c.one]] for c in decided if not c.is_same]
    con.register("opposed", pa.table({"component": pa.array(opposed, pa.int64())}))
    con.execute("""
        create table contested as
        select component from vetoes
        union select component from opposed semi join components using (component)
    """)
    con.execute("create table objections (one bigint, other bigint, objection varchar)")
    _cluster_contested(con, labels, decided, node_of)
    _register_labels(con, "placed", labels)


def _label(con: duckdb.DuckDBPyConnection, count: int) -> Numbers:
    """The component of every node over the ties so far; also as table `components`."""
    edges = con.sql("select one, other from ties").to_arrow_table()
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
    decided: Sequence[Constraint],
    node_of: Mapping[str, int],
) -> None:
    """Cluster the components where something speaks against a tie; the others are one person."""
    contested = "select node from components semi join contested using (component)"
    values, vetoes = node_values(con, contested), read_vetoes(con)
    ties, pairs = _by_component(con)
    binding: dict[int, list[Constraint]] = defaultdict(list)
    for constraint in decided:
        one, other = labels[node_of[constraint.one]], labels[node_of[constraint.other]]
        if one == other:
            binding[one].append(constraint)
    objections: list[tuple[int, int, str]] = []
    inside: dict[int, list[int]] = defaultdict(list)
    for node, component in con.execute(
        "select node, component from components semi join contested using (component)"
    ).fetchall():
        inside[component].append(node)
    for component, members in inside.items():
        clusters = cluster_persons(
            ties[component], values, vetoes.get(component, Vetoes()), binding[component], node_of
        )
        labels[members] = [clusters.cluster_of(node) for node in members]
        objections += _objections(clusters, pairs[component])
    table = pa.table([list(column) for column in zip(*objections, strict=True)] or [[]] * 3,
                     names=["one", "other", "objection"])  # fmt: skip
    con.register("objected", table)
    con.execute("insert into objections from objected")


def _by_component(
    con: duckdb.DuckDBPyConnection,
) -> tuple[dict[int, list[Tie]], dict[int, list[tuple[int, int]]]]:
    """The ties of each contested component, and the pairs whose parting is to be explained."""
    ties: dict[int, list[Tie]] = defaultdict(list)
    for component, rank, doubt, one, other, only in con.execute("""
        select component, rank, round(1 - belief, 9), one, other, must_be_only
        from ties inner join components on one = node semi join contested using (component)
    """).fetchall():
        ties[component].append(Tie(rank, doubt, one, other, "", only))
    pairs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for component, one, other in con.execute("""
        with tied as (
            select one, other from weighed where rank is not null
            union select one, other from stated
        )
        select component, one, other
        from tied inner join components on one = node semi join contested using (component)
    """).fetchall():
        pairs[component].append((one, other))
    return ties, pairs


def _objections(
    clusters: PersonClusters, pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """What holds compared pairs apart that lie in one contested component."""
    found = [
        (one, other, clusters.objection(one, other))
        for one, other in sorted(pairs)
        if clusters.cluster_of(one) != clusters.cluster_of(other)
    ]
    return [(one, other, objection) for one, other, objection in found if objection]

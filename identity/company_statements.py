"""Which statements about companies mean one company; unchanged ones are taken from an earlier run.

A statement is a company record, or what person records say of their employer (equal words of many
people are one). Two statements can only be one company when values, links or decisions connect
them, so a connected group that is exactly as it was keeps what was found for it. Not here: how a
group is clustered (`company_matching`), or which record hangs on which company (`employers`).
"""

from collections import defaultdict
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from identity.company_evidence import Mention
from identity.company_matching import CompanyClusters, match_companies
from identity.decisions import Constraint
from identity.disjoint_sets import label_components
from identity.earlier_run import code_fingerprint

TIE = pa.struct([("one", pa.string()), ("other", pa.string()), ("reason", pa.string())])
CLUSTERS_SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("cluster", pa.string()),
        ("reason", pa.string()),
        ("home", pa.string()),
        # every step that made two companies one, told on the first statement it touches
        ("ties", pa.list_(TIE)),
        # hash of all that is stated in the connected group, and of the code
        ("group_hash", pa.uint64()),
    ]
)
# What a statement says, by fields of `Mention`.
SAID = (
    "core", "legal_form", "number", "domain", "prefecture", "phone", "is_record", "former",
    "registered",
)  # fmt: skip
# Values that bring statements together; an earlier name meets the name of today.
_CONNECTING = {
    "number": "number", "registered": "registered", "domain": "domain", "core": "core",
    "former": "core",
}  # fmt: skip


def cluster_statements(
    con: duckdb.DuckDBPyConnection,
    constraints: Sequence[Constraint] = (),
    previous: pa.Table | None = None,
) -> pa.Table:
    """The cluster of every statement.

    Args:
        con: The database with `statements` (key and SAID) and `links` (one, other, reason).
        constraints: What people decided about company records, without contradictions.
        previous: What this function returned for earlier statements.

    Returns:
        Rows of `CLUSTERS_SCHEMA`.
    """
    decided = {
        "one": pa.array([c.one for c in constraints], pa.string()),
        "other": pa.array([c.other for c in constraints], pa.string()),
        "is_same": pa.array([c.is_same for c in constraints], pa.bool_()),
    }
    con.register("decisions", pa.table(decided))
    _group(con)
    known = previous if previous is not None else CLUSTERS_SCHEMA.empty_table()
    con.register("previous_clusters", known.select(CLUSTERS_SCHEMA.names))
    con.execute("""
        create table kept as
        select previous_clusters.*
        from previous_clusters semi join grouped using (key, group_hash);
        create table fresh as select * from grouped anti join kept using (key);
    """)
    con.register("worked_out", _work_out(con, constraints))
    return (
        con.sql("""
        select worked_out.*, group_hash from worked_out inner join fresh using (key)
        union all by name from kept
    """)
        .to_arrow_table()
        .cast(CLUSTERS_SCHEMA)
    )


def _group(con: duckdb.DuckDBPyConnection) -> None:
    """Create `grouped`: every statement with the hash of the group that it is connected to."""
    values = " union all ".join(
        f"select key, '{kind}|' || {column} as value from statements where {column} is not null"
        for column, kind in _CONNECTING.items()
    )
    con.execute(f"""
        create table connected as
        with shared as (
            {values}
            union all select one, 'pair|' || one || '|' || other from links
            union all select other, 'pair|' || one || '|' || other from links
            union all select one, 'pair|' || one || '|' || other from decisions
            union all select other, 'pair|' || one || '|' || other from decisions
        )
        select key, hash(value) as value from shared semi join statements using (key);
        create table statement_numbers as
        select key, row_number() over (order by key) - 1 as number from statements;
        create table value_numbers as
        select value, row_number() over (order by value) - 1 as number
        from (select distinct value from connected);
    """)
    edges = con.sql("""
        select s.number as one, v.number + (select count(*) from statements) as other
        from connected
        inner join statement_numbers as s using (key)
        inner join value_numbers as v using (value)
    """).to_arrow_table()
    counts = con.execute("""
        select (select count(*) from statements), (select count(*) from value_numbers)
    """).fetchall()[0]
    labels = label_components(sum(counts), np.asarray(edges["one"]), np.asarray(edges["other"]))
    labels = labels[: counts[0]]
    con.register("labels", pa.table({"number": np.arange(counts[0]), "label": labels}))
    con.execute(
        f"""
        create table grouped as
        with labelled as (
            select key, label from statement_numbers inner join labels using (number)
        ),
        facts as (
            select label, hash(key, {", ".join(SAID)}) as fact
            from statements inner join labelled using (key)
            union all
            select label, hash('link', one, other, reason)
            from links inner join labelled on links.one = labelled.key
            union all
            select label, hash('decision', one, other, is_same)
            from decisions inner join labelled on decisions.one = labelled.key
        ),
        group_hashes as (
            select label, hash($code, count(*), sum(fact)::varchar) as group_hash
            from facts group by label
        )
        select statements.*, group_hash
        from statements
        inner join labelled using (key)
        inner join group_hashes using (label)
        """,
        {"code": code_fingerprint()},
    )


def _work_out(con: duckdb.DuckDBPyConnection, constraints: Sequence[Constraint]) -> pa.Table:
    """Cluster the groups that are new or changed."""
    names = ("key", *SAID)
    rows = con.execute(f"select {', '.join(names)} from fresh order by key").fetchall()
    mentions = [Mention(**dict(zip(names, row, strict=True))) for row in rows]
    links = con.execute("""
        select one, other, reason from links where one in (select key from fresh)
    """).fetchall()
    return _cluster_table(match_companies(mentions, links, constraints))


def _cluster_table(clusters: CompanyClusters) -> pa.Table:
    keys = [mention.key for mention in clusters.mentions]
    found = [clusters.cluster_of(mention) for mention in clusters.mentions]
    ties: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one, other, reason in clusters.joins:
        ties[one].append({"one": one, "other": other, "reason": reason})
    columns = {
        "key": pa.array(keys, pa.string()),
        "cluster": pa.array(found, pa.string()),
        "reason": pa.array([clusters.reasons.get(key) for key in keys], pa.string()),
        "home": pa.array([clusters.home_of(cluster) for cluster in found], pa.string()),
        "ties": pa.array([ties.get(key) for key in keys], pa.list_(TIE)),
    }
    return pa.table(columns)

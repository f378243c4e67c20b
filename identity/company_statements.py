"""Which statements about companies mean one company; unchanged ones are taken from an earlier run.

A statement is a company record, or what person records say of their employer (equal words of many
people are one). Two statements can only be one company when values, links or decisions connect
them, so a connected group that nobody joined, left or changed keeps what was found for it. Not
here: how a group is clustered (`company_matching`), or which record hangs on which company
(`employers`).
"""

from collections import defaultdict
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from identity.company_evidence import Mention
from identity.company_matching import CompanyClusters, match_companies
from identity.decisions import Constraint
from identity.disjoint_sets import label_components
from identity.earlier_run import code_fingerprint, merge_rows
from identity.key_lookup import positions

TIE = pa.struct([("one", pa.string()), ("other", pa.string()), ("reason", pa.string())])
CLUSTERS_SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("cluster", pa.string()),
        ("reason", pa.string()),
        ("home", pa.string()),
        # every step that made two companies one, told on the first statement it touches
        ("ties", pa.list_(TIE)),
        # the smallest statement of the connected group
        ("group_key", pa.string()),
        # hash of all that is stated here, and of the code
        ("fact", pa.uint64()),
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
        Rows of `CLUSTERS_SCHEMA`, sorted by key: the same with and without `previous`.
    """
    before = previous if previous is not None else CLUSTERS_SCHEMA.empty_table()
    before = before.select(CLUSTERS_SCHEMA.names)
    decided = {
        "one": pa.array([c.one for c in constraints], pa.string()),
        "other": pa.array([c.other for c in constraints], pa.string()),
        "is_same": pa.array([c.is_same for c in constraints], pa.bool_()),
    }
    con.register("decisions", pa.table(decided))
    con.execute(_FACTS_SQL, {"code": code_fingerprint()})
    con.register("earlier", before.select(["key", "group_key", "fact"]))
    con.execute(_TOUCHED_SQL)
    _group(con)
    con.register("worked_out", _work_out(con, constraints))
    fresh = con.sql("""
        select worked_out.*, group_key, fact
        from worked_out inner join grouped using (key) order by key
    """).to_arrow_table()
    replaced = con.sql("from touched union all from gone").to_arrow_table()["key"]
    kept = ~np.asarray(pc.is_in(before["key"], value_set=replaced))
    return merge_rows(before, kept, fresh.cast(CLUSTERS_SCHEMA), "key")


_PAIRED = """
    create table paired as
    select one, other from links union select one, other from decisions
"""
_FACTS_SQL = f"""
    create table facts as
    with stated as (
        select one as key, hash('link', one, other, reason) as fact from links
        union all select one, hash('decision', one, other, is_same) from decisions
    ),
    summed as (select key, sum(fact)::varchar as stated from stated group by key)
    select statements.key, hash($code, stated, {", ".join(SAID)}) as fact
    from statements left join summed using (key)
"""


def _sharing_sql() -> str:
    """Queries for the statements that share a value with one that is new or changed."""
    kinds = sorted(set(_CONNECTING.values()))
    queries = []
    for kind in kinds:
        columns = [column for column, of_kind in _CONNECTING.items() if of_kind == kind]
        values = " union ".join(f"select {column} as value from moved_facts" for column in columns)
        queries += [
            f"select key from statements semi join ({values}) as said on {column} = said.value"
            for column in columns
        ]
    return " union ".join(queries)


# An earlier group holds all that was connected, so one step leads to every group that is touched.
_TOUCHED_SQL = f"""
    {_PAIRED};
    create table moved as select key from facts anti join earlier using (key, fact);
    create table gone as select key from earlier anti join facts using (key);
    create table moved_facts as from statements semi join moved using (key);
    create table near as
    select key from moved union select key from gone
    union {_sharing_sql()}
    union select other from paired semi join moved on one = key
    union select one from paired semi join moved on other = key;
    create table touched_groups as
    select distinct group_key from earlier semi join near using (key);
    create table touched as
    select key from moved
    union select key from earlier semi join touched_groups using (group_key)
        semi join facts using (key);
"""


def _group(con: duckdb.DuckDBPyConnection) -> None:
    """Create `grouped`: every touched statement with the group that it is connected to."""
    values = " union all ".join(
        f"select key, '{kind}|' || {column} as value from opened where {column} is not null"
        for column, kind in _CONNECTING.items()
    )
    con.execute(f"""
        create table opened as from statements semi join touched using (key);
        create table connected as
        with shared as (
            {values}
            union all select one, 'pair|' || one || '|' || other from paired
            union all select other, 'pair|' || one || '|' || other from paired
        )
        select key, hash(value) as value from shared semi join opened using (key)
    """)
    keys = con.sql("select key from opened order by key").to_arrow_table()["key"].combine_chunks()
    connected = con.sql("from connected").to_arrow_table().combine_chunks()
    values = connected["value"].combine_chunks().dictionary_encode()
    one = positions(connected["key"], keys)
    other = np.asarray(values.indices).astype(np.int64) + len(keys)
    labels = label_components(len(keys) + len(values.dictionary), one, other)[: len(keys)]
    con.register("labelled", pa.table({"key": keys, "group_key": keys.take(pa.array(labels))}))
    con.execute("""
        create table grouped as
        select opened.*, group_key, fact
        from opened inner join labelled using (key) inner join facts using (key)
    """)


def _work_out(con: duckdb.DuckDBPyConnection, constraints: Sequence[Constraint]) -> pa.Table:
    """Cluster the groups that are new or changed."""
    names = ("key", *SAID)
    rows = con.execute(f"select {', '.join(names)} from grouped order by key").fetchall()
    mentions = [Mention(**dict(zip(names, row, strict=True))) for row in rows]
    links = con.execute("""
        select one, other, reason from links where one in (select key from grouped)
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

"""All records in, one row per record with its person or company and its id out.

Ties the steps together: employers, nodes, pairs, clusters, stable ids. Each step's table can be
kept by whoever calls it. Knows no storage: tables come in and go out as Arrow.
"""

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from identity.constraints import never_folded
from identity.decisions import Constraint
from identity.disjoint_sets import label_components
from identity.employers import CONVERTED, MERGED, SELF, cluster_companies, find_employers
from identity.naming import name_records
from identity.normalised_records import normalise_companies
from identity.person_matching import match_persons
from identity.person_nodes import find_nodes
from identity.reference_lists import ReferenceLists

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
    pairs = match_persons(nodes, person_links(persons), constraints)
    return give_ids(persons, companies, employers, nodes, pairs, registry, redirects)


def person_links(persons: pa.Table) -> pa.Table:
    """What source systems state of person records: (one, other, reason), by record key."""
    stated = []
    for column, reason in (("converted_to_key", CONVERTED), ("merged_into_key", MERGED)):
        some = persons.select(["record_key", column]).filter(pc.is_valid(persons[column]))
        reasons = pa.array([reason] * some.num_rows, pa.string())
        stated.append(some.rename_columns(["one", "other"]).append_column("reason", reasons))
    return pa.concat_tables(stated)


def place_persons(nodes: pa.Table, pairs: pa.Table) -> pa.Table:
    """The person of every person record, and the strongest evidence for it.

    Args:
        nodes: As made by `find_nodes`.
        pairs: As made by `match_persons`.

    Returns:
        record_key, cluster (the smallest node of the person), match_reason, match_probability.
    """
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        con.register("node_records", nodes.select(["record_key", "node", "is_junk"]))
        columns = ["record_key_a", "record_key_b", "verdict", "evidence", "evidence_rank",
                   "match_probability"]  # fmt: skip
        con.register("pairs", pairs.select(columns))
        con.execute("""
            create table numbering as
            select node as node_key, row_number() over (order by node) - 1 as number, count(*) as n
            from node_records group by node;
            create table joined as
            select x.number as one, y.number as other, evidence, evidence_rank, match_probability
            from pairs
            inner join numbering as x on record_key_a = x.node_key
            inner join numbering as y on record_key_b = y.node_key
            where verdict = 'joined';
        """)
        edges = con.sql("select one, other from joined").to_arrow_table()
        count = con.execute("select count(*) from numbering").fetchall()[0][0]
        labels = label_components(count, np.asarray(edges["one"]), np.asarray(edges["other"]))
        con.register("labels", pa.table({"number": np.arange(count), "label": labels}))
        return con.sql(_PLACED_SQL).to_arrow_table()


_PLACED_SQL = f"""
    with ends as (
        select one as number, one, other, evidence, evidence_rank, match_probability from joined
        union all
        select other, one, other, evidence, evidence_rank, match_probability from joined
    ),
    strongest as (
        select
            number,
            arg_min(
                {{'reason': evidence, 'probability': match_probability}},
                (evidence_rank, -match_probability, one, other)
            ) as tie
        from ends where evidence is not null group by number
    )
    select
        record_key,
        first_of.node_key as cluster,
        case when numbering.n > 1 then '{SAME_CONTENT}' when tie is not null then tie.reason
            when is_junk then '{JUNK}' else '{SELF}' end as match_reason,
        case when numbering.n > 1 then {_SAME_CONTENT_BELIEF}
            else coalesce(tie.probability, 1.0) end as match_probability
    from node_records
    inner join numbering on node_records.node = numbering.node_key
    inner join labels using (number)
    inner join numbering as first_of on labels.label = first_of.number
    left join strongest on numbering.number = strongest.number
"""


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
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        con.register("persons", persons.select(_RECORD_COLUMNS))
        con.register("companies", companies.select(_RECORD_COLUMNS))
        con.register("employers", employers)
        con.register("placed", place_persons(nodes, pairs))
        con.execute("""
            create table records as from persons union all by name from companies;
            create table matches as
            select 'person' as entity, record_key, cluster, match_reason, match_probability,
                true as stands_for_itself
            from placed
            union all by name
            -- people change employers, so a person's record never carries a company's id away
            select 'account' as entity, record_key, cluster, match_reason, match_probability,
                is_company_record as stands_for_itself
            from employers;
        """)
        name_records(con, registry, redirects)
        found = con.sql("""
            select entity, matches.record_key, source_system, source_object, source_id,
                named.resolved_id, match_probability, match_reason,
                matches.record_key = named.anchor as is_anchor, previous_id, redirect_reason
            from matches
            inner join named using (entity, cluster)
            left join records using (record_key)
            left join remembered using (entity, record_key)
            left join redirected on redirected.entity = matches.entity
                and redirected.old_id = previous_id and redirected.new_id = named.resolved_id
            order by entity, matches.record_key
        """).to_arrow_table()
        return found.cast(RESOLVED_SCHEMA)

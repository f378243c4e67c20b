"""Gives the clusters of a run their ids: most by a query, the difficult ones by `stable_ids`.

A cluster is plain when all its known records had one id and all of that id's records are in it, or
when none of its records is known. The rest (merged, split, mixed) is told apart record by record.
"""

from collections import defaultdict

import duckdb
import pyarrow as pa

from identity.stable_ids import ID_LENGTH, PREFIX, Member, Seen, name_clusters

_NO_REGISTRY = pa.schema(
    [
        ("entity", pa.string()),
        ("record_key", pa.string()),
        ("resolved_id", pa.string()),
        ("first_seen_at", pa.timestamp("us", tz="UTC")),
    ]
)
_NO_REDIRECTS = pa.schema([("entity", pa.string()), ("old_id", pa.string())])


def name_records(
    con: duckdb.DuckDBPyConnection, registry: pa.Table | None, redirects: pa.Table | None
) -> None:
    """Create `named` (entity, cluster, anchor, resolved_id), `remembered` and `redirected`.

    Args:
        con: The database with `matches` (entity, record_key, cluster, stands_for_itself) and
            `records` (record_key, created_at).
        registry: What earlier runs decided (entity, record_key, resolved_id, first_seen_at).
        redirects: Ids retired by earlier runs (entity, old_id).
    """
    con.register("registry", registry if registry is not None else _NO_REGISTRY.empty_table())
    con.register("redirects", redirects if redirects is not None else _NO_REDIRECTS.empty_table())
    prefixes = " ".join(f"when '{entity}' then '{prefix}'" for entity, prefix in PREFIX.items())
    con.execute(f"""
        create table remembered as
        select entity, record_key, resolved_id as previous_id, first_seen_at from registry;
        create table taken as
        select distinct entity, previous_id as id from remembered
        union select entity, old_id from redirects;
        create table anchors as
        select
            entity,
            cluster,
            arg_min(record_key, (
                not stands_for_itself, coalesce(epoch_us(created_at), {2**62}), record_key
            )) as anchor,
            count(distinct previous_id) as known_ids,
            any_value(previous_id) as known_id
        from matches
        left join records using (record_key)
        left join remembered using (entity, record_key)
        group by entity, cluster;
        create table shared_ids as
        select entity, previous_id as id
        from matches inner join remembered using (entity, record_key)
        group by all having count(distinct cluster) > 1;
        create table named as
        select
            anchors.entity, cluster, anchor,
            coalesce(known_id, minted) as resolved_id,
            known_ids > 1 or shared_ids.id is not null
                or (known_ids = 0 and taken.id is not null) as is_difficult
        from (
            select *, case entity {prefixes} end || left(sha256(anchor), {ID_LENGTH}) as minted
            from anchors
        ) as anchors
        left join shared_ids on anchors.entity = shared_ids.entity and known_id = shared_ids.id
        left join taken on anchors.entity = taken.entity and minted = taken.id;
        create table redirected (entity varchar, old_id varchar, new_id varchar,
            redirect_reason varchar);
    """)
    for entity in PREFIX:
        _name_difficult(con, entity)


def _name_difficult(con: duckdb.DuckDBPyConnection, entity: str) -> None:
    """Name the clusters that records moved between, and those whose first choice was given away."""
    rows = con.execute(f"""
        select cluster, record_key, created_at, stands_for_itself
        from matches
        semi join (from named where is_difficult and entity = '{entity}') as difficult
            using (entity, cluster)
        left join records using (record_key)
        order by all
    """).fetchall()
    if not rows:
        return
    clusters: dict[str, list[Member]] = defaultdict(list)
    for cluster, key, created_at, stands in rows:
        clusters[cluster].append(Member(key, created_at, stands))
    taken = con.execute("select id from taken where entity = ?", [entity]).fetchall()
    naming = name_clusters(entity, clusters, _known(con, entity), {old for (old,) in taken})
    for cluster, resolved in sorted(naming.ids.items()):
        con.execute(
            "update named set resolved_id = ? where entity = ? and cluster = ?",
            [resolved, entity, cluster],
        )
    for (old, new), reason in sorted(naming.redirects.items()):
        con.execute("insert into redirected values (?, ?, ?, ?)", [entity, old, new, reason])


def _known(con: duckdb.DuckDBPyConnection, entity: str) -> dict[str, Seen]:
    """What is remembered of the ids that are in question, absent records included."""
    rows = con.execute(f"""
        select record_key, previous_id, first_seen_at
        from remembered
        where entity = '{entity}' and previous_id in (
            select previous_id
            from matches
            inner join remembered using (entity, record_key)
            semi join (from named where is_difficult) as difficult using (entity, cluster)
            where entity = '{entity}'
        )
    """).fetchall()
    return {key: Seen(previous, first_seen) for key, previous, first_seen in rows}

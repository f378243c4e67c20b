"""Which nodes are compared at all: those that share a block.

A block is a value that two records must share to be compared: a mailbox or a mobile by itself;
other values only together with the name. Chosen by the pairs they cost, see
`docs/identity-blocking.md`. What a node's blocks are depends on the node only, so a later run looks
at the blocks that some node entered or left. Not here: what comes of a comparison (`evidence`).
"""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from identity.earlier_run import merge_rows
from identity.person_nodes import live_nodes
from identity.scratch import first_column, scratch_database

# A value that so many differing nodes share (a switchboard, a mail list, a filler) ties nobody.
BLOCK_LIMIT = 60
# With a name beside it a mailbox or mobile still does: there each node meets its next few.
_NEIGHBOURS = 2

MEETINGS_SCHEMA = pa.schema(
    [
        ("record_key", pa.string()),
        ("content", pa.uint64()),
        # an odd number is a block whose value still ties where very many share it
        ("blocks", pa.list_(pa.uint64())),
        # the greater nodes that it is to be compared with
        ("meets", pa.list_(pa.string())),
    ]
)


def _read_with_given(families: str) -> str:
    """A surname in each of its readings with the given name in each of its."""
    return f"""
        flatten(list_transform(
            coalesce({families}, []),
            lambda family: list_transform(
                coalesce(given_readings, []), lambda given: family || ' ' || given
            )
        ))[:12]
    """


# A name as tokens: as written, in every reading it may have, with an earlier surname, whichever way
# its words stand, and by what it sounds like in another script.
_NAME_TOKENS = f"""
    list_distinct(list_concat(
        case when given_name is not null then [full_name] else [] end,
        {_read_with_given("family_readings")},
        case when former_kanji is not null and given_kanji is not null
            then [former_kanji || given_kanji] else [] end,
        {_read_with_given("former_readings")},
        case when name_words is not null then [name_words] else [] end,
        coalesce(kana_sounds, []),
        coalesce(latin_sounds, [])
    ))
"""
_ALONE = {"mail": "email", "mobile": "mobile"}
_WITH_NAME = {
    "mail": "email",
    "mobile": "mobile",
    "landline": "landline",
    "employer": "employer",
    "company": "company_core",
    "domain": "work_domain",
    # a mistyped domain still begins like the right one
    "mailbox": "case when length(mail_local) > 3 and not is_shared_mailbox"
    " then mail_local || '@' || left(email_domain, 3) end",
}


def block_selects() -> dict[str, str]:
    """Kind of block → query for (node, block) over the tables `nodes` and `tokens`."""
    selects = {
        f"{kind} alone": f"select node, hash('{kind}', {value}) as block from nodes"
        f" where {value} is not null"
        for kind, value in _ALONE.items()
    }
    for kind, value in _WITH_NAME.items():
        selects[f"{kind} with name"] = (
            f"select node, hash('{kind} with name', {value}, token) as block"
            " from (select *, unnest(name_tokens) as token"
            " from nodes inner join tokens using (node))"
            f" where {value} is not null"
        )
    return selects


_STRONG = ("mail with name", "mobile with name")


def _blocks_sql() -> str:
    parts = [
        f"select node, block // 2 * 2 + {int(kind in _STRONG)} as block from ({query})"
        for kind, query in block_selects().items()
    ]
    return f"""
        create or replace table tokens as
        select node, {_NAME_TOKENS} as name_tokens from nodes;
        create or replace table block_members as {" union all ".join(parts)};
    """


def _met_sql(members: str) -> str:
    """Query for (one, other) of the nodes that meet in the blocks of a table (node, block)."""
    return f"""
        with sizes as (
            select block, count(*) as members from {members}
            group by block having count(*) > 1
        ),
        small as (
            select node, block from {members}
            semi join (select block from sizes where members <= {BLOCK_LIMIT}) using (block)
        ),
        large as (
            select node, block, row_number() over (partition by block order by node) as place
            from {members}
            semi join (
                select block from sizes where members > {BLOCK_LIMIT} and block % 2 = 1
            ) using (block)
        ),
        met as (
            select l.node as one, r.node as other
            from small as l inner join small as r on l.block = r.block and l.node < r.node
            union all
            select l.node, r.node
            from large as l
            inner join large as r
                on l.block = r.block and r.place > l.place and r.place <= l.place + {_NEIGHBOURS}
        )
        select distinct one, other from met
    """


def find_meetings(nodes: pa.Table, previous: pa.Table | None = None) -> pa.Table:
    """Which nodes are to be compared with which.

    Args:
        nodes: As made by `find_nodes`.
        previous: What this function returned for earlier nodes.

    Returns:
        Rows of `MEETINGS_SCHEMA`, one per node that is no junk, sorted by record_key: the same
        with and without `previous`.
    """
    before = previous if previous is not None else MEETINGS_SCHEMA.empty_table()
    before = before.select(MEETINGS_SCHEMA.names)
    with scratch_database() as con:
        today = live_nodes(nodes.select(["record_key", "node", "is_junk", "content"]))
        con.register("today", today.select(["record_key", "content"]))
        con.register("earlier", before.select(["record_key", "content"]))
        con.execute("""
            create table fresh_keys as
            select record_key from today anti join earlier using (record_key, content);
            create table left_keys as
            select record_key from earlier anti join today using (record_key, content);
        """)
        left = first_column(con, "from left_keys")
        fresh = _with_blocks(con, _rows_with(nodes, first_column(con, "from fresh_keys")))
        redone = _meet_again(con, before, left, fresh)
        replaced = pa.chunked_array([*left.chunks, *redone["record_key"].chunks], pa.string())
        same = pc.invert(pc.is_in(before["record_key"], value_set=replaced))
        return merge_rows(before, np.asarray(same), redone, "record_key")


def _rows_with(table: pa.Table, keys: pa.ChunkedArray) -> pa.Table:
    """The rows of the records with some keys."""
    return table.filter(pc.is_in(table["record_key"], value_set=keys))


def _rows_now(
    before: pa.Table, left: pa.ChunkedArray, fresh: pa.Table, keys: pa.ChunkedArray
) -> pa.Table:
    """record_key, content and blocks that some nodes have today."""
    stood = _rows_with(before, keys)
    stays = pc.invert(pc.is_in(stood["record_key"], value_set=left))
    return pa.concat_tables([stood.drop_columns("meets").filter(stays), _rows_with(fresh, keys)])


def _with_blocks(con: duckdb.DuckDBPyConnection, nodes: pa.Table) -> pa.Table:
    """record_key, content and blocks of some nodes."""
    # a view, because blocks look at few of the columns
    con.register("fresh_nodes", nodes)
    con.execute("create view nodes as select record_key as node, * exclude (node) from fresh_nodes")
    con.execute(_blocks_sql())
    con.execute("drop table tokens")
    found = con.sql("""
        with gathered as (
            select node, list_sort(list(block)) as blocks from block_members group by node
        )
        select record_key, content, coalesce(blocks, []) as blocks
        from nodes left join gathered using (node)
        order by record_key
    """).to_arrow_table()
    con.execute("drop table block_members; drop view nodes")
    return found.cast(pa.schema([MEETINGS_SCHEMA.field(at) for at in range(3)]))


def _members(table: pa.Table, blocks: pa.ChunkedArray | None = None) -> pa.Table:
    """(node, block) of all nodes that are in some blocks."""
    lists = table["blocks"].combine_chunks()
    flat, parents = pc.list_flatten(lists), pc.list_parent_indices(lists)
    if blocks is not None:
        hit = pc.is_in(flat, value_set=blocks)
        flat, parents = flat.filter(hit), parents.filter(hit)
    return pa.table({"node": table["record_key"].take(parents), "block": flat})


def _members_now(
    stood: pa.Table, left: pa.ChunkedArray, fresh: pa.Table, blocks: pa.ChunkedArray | None
) -> pa.Table:
    """The members of some blocks today, out of those that stood in them."""
    stays = pc.invert(pc.is_in(stood["node"], value_set=left))
    return pa.concat_tables([stood.filter(stays), _members(fresh, blocks)])


def _meet_again(
    con: duckdb.DuckDBPyConnection, before: pa.Table, left: pa.ChunkedArray, fresh: pa.Table
) -> pa.Table:
    """The rows of the nodes that are new or changed or meet others than before."""
    con.register("blocks_left", _members(_rows_with(before, left)))
    con.register("blocks_entered", _members(fresh))
    # without earlier nodes all blocks are new
    blocks = first_column(con, _MOVED_BLOCKS_SQL) if before.num_rows else None
    stood = _members(before, blocks)
    con.register("members_before", stood)
    con.register("members_now", _members_now(stood, left, fresh, blocks))
    con.execute(f"""
        create table met_before as {_met_sql("members_before")};
        create table met_now as {_met_sql("members_now")};
        create table lost as from met_before except from met_now;
    """)
    if blocks is not None:
        _find_again(con, blocks, before, left, fresh)
    concerned = first_column(con, _CONCERNED_SQL)
    con.register("concerned", _rows_now(before, left, fresh, concerned))
    con.register("meant", _rows_with(before, concerned))
    return con.sql(_ROWS_SQL).to_arrow_table().cast(MEETINGS_SCHEMA)


_MOVED_BLOCKS_SQL = """
    select distinct block from (
        (from blocks_left except from blocks_entered)
        union all (from blocks_entered except from blocks_left)
    )
"""
_CONCERNED_SQL = """
    select record_key from fresh_keys
    union select one from lost
    union select one from met_now anti join met_before using (one, other)
"""
_ROWS_SQL = """
    with meetings as (
        select one, other from (select record_key as one, unnest(meets) as other from meant)
        anti join lost using (one, other)
        union from met_now
    ),
    gathered as (
        select one as record_key, list_sort(list(other)) as meets from meetings group by one
    )
    select record_key, content, blocks, coalesce(meets, []) as meets
    from concerned left join gathered using (record_key)
    order by record_key
"""


def _find_again(
    con: duckdb.DuckDBPyConnection,
    blocks: pa.ChunkedArray,
    before: pa.Table,
    left: pa.ChunkedArray,
    fresh: pa.Table,
) -> None:
    """Take from `lost` the pairs that still meet in a block that nobody entered or left."""
    ends = first_column(con, "select one from lost union select other from lost")
    con.register("ends", _members(_rows_now(before, left, fresh, ends)))
    shared = first_column(con, _SHARED_SQL)
    elsewhere = shared.filter(pc.invert(pc.is_in(shared, value_set=blocks)))
    stood = _members(before, elsewhere)
    con.register("members_elsewhere", _members_now(stood, left, fresh, elsewhere))
    con.execute(f"""
        create table met_elsewhere as {_met_sql("members_elsewhere")};
        create or replace table lost as from lost anti join met_elsewhere using (one, other)
    """)


_SHARED_SQL = """
    select distinct a.block
    from lost
    inner join ends as a on lost.one = a.node
    inner join ends as b on lost.other = b.node and a.block = b.block
"""


def count_pairs(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int]]:
    """(kind of block, blocks, pairs, pairs that blocks over the limit would cost) by kind."""
    con.execute(_blocks_sql())
    counted = []
    for kind, query in block_selects().items():
        counts = con.execute(f"""
            select
                count(*) filter (where n between 2 and {BLOCK_LIMIT}),
                sum(n * (n - 1) / 2) filter (where n <= {BLOCK_LIMIT}),
                sum(n * (n - 1) / 2) filter (where n > {BLOCK_LIMIT})
            from (select count(*) as n from ({query}) group by block)
        """).fetchall()[0]
        blocks, pairs, spared = (int(count or 0) for count in counts)
        counted.append((kind, blocks, pairs, spared))
    return counted

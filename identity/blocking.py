"""Which nodes are compared at all: those that share a block.

A block is a value that two records must share to be compared: a mailbox or a mobile by itself;
other values only together with the name. Chosen by the pairs they cost, see
`docs/identity-blocking.md`. Not here: what comes of a comparison (`evidence`).
"""

import duckdb

# A value that so many differing nodes share (a switchboard, a mail list, a filler) ties nobody.
BLOCK_LIMIT = 60
# With a name beside it a mailbox or mobile still does: there each node meets its next few.
_NEIGHBOURS = 2

# A name as tokens: as written, and in every reading it may have.
_NAME_TOKENS = """
    list_distinct(list_concat(
        case when given_name is not null then [full_name] else [] end,
        flatten(list_transform(
            coalesce(family_readings, []),
            lambda family: list_transform(
                coalesce(given_readings, []), lambda given: family || ' ' || given
            )
        ))[:12]
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


def _blocks_sql() -> str:
    selects = block_selects()
    strong = ("mail with name", "mobile with name")
    parts = [
        f"select node, block, {str(kind in strong).lower()} as is_strong from ({query})"
        for kind, query in selects.items()
    ]
    return f"""
        create or replace table tokens as
        select node, {_NAME_TOKENS} as name_tokens from nodes;
        create or replace table block_members as {" union all ".join(parts)};
        create or replace table block_sizes as
        select block, bool_or(is_strong) as is_strong, count(*) as members
        from block_members group by block having count(*) > 1;
    """


_PAIRS_SQL = f"""
    create or replace table pairs as
    with small as (
        select node, block
        from block_members
        semi join (select block from block_sizes where members <= {BLOCK_LIMIT}) using (block)
    ),
    large as (
        select node, block, row_number() over (partition by block order by node) as place
        from block_members
        semi join (
            select block from block_sizes where members > {BLOCK_LIMIT} and is_strong
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


def find_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `pairs` (one < other) of the nodes in the table `nodes`."""
    con.execute(_blocks_sql())
    con.execute(_PAIRS_SQL)
    con.execute("drop table tokens; drop table block_members; drop table block_sizes")


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

"""Person records as the nodes of matching: comparable columns, duplicates folded, blocks.

Records that say exactly the same are one node, so that a form sent a thousand times costs as
much as one sent once. A block is a value that two records must share to be compared at all.
"""

from collections.abc import Collection

import duckdb
import pyarrow as pa

from identity.comparisons import NAME_COLUMNS, NAME_SQL

# A value that so many differing nodes share (a switchboard, a mail list, a filler) ties nobody;
# with a name beside it, it may still.
BLOCK_LIMIT = 60

_HAS_KANJI = "regexp_matches({c}, '[\u3400-\u9fff\u3005]')"

# what people typed, and what it is compared by
_PEOPLE_SQL = f"""
    create table people as
    select
        person.record_key,
        person.is_junk,
        person.full_name_normalised as full_name,
        person.given_name_normalised as given_name,
        case when {_HAS_KANJI.format(c="person.family_name_normalised")}
            and not contains(person.family_name_normalised, '?')
            then person.family_name_normalised end as family_kanji,
        case when {_HAS_KANJI.format(c="person.given_name_normalised")}
            then person.given_name_normalised end as given_kanji,
        person.family_key,
        person.given_key,
        person.family_readings,
        person.given_readings,
        list_transform(person.given_readings, lambda reading: left(reading, 1))
            as given_initials,
        person.email_normalised as email,
        person.email_domain,
        split_part(person.email_normalised, '@', 1) as mail_local,
        regexp_replace(split_part(person.email_normalised, '@', 1), '[^0-9]', '', 'g')
            as mail_digits,
        replace(translate(split_part(person.email_normalised, '@', 1), '01', 'ol'), 'rn', 'm')
            as mail_as_read,
        coalesce(person.is_role_mailbox or person.is_mail_of_other, false)
            as is_shared_mailbox,
        case when not person.is_free_mail then person.email_domain end as work_domain,
        person.mobile_e164 as mobile,
        case when person.phone_e164 is distinct from person.mobile_e164
            then person.phone_e164 end as landline,
        person.postal_code_normalised as postal_code,
        person.company_name_normalised as company_core,
        employer.cluster as employer,
        employer.home as employer_home
    from normalised_persons as person
    left join employers as employer using (record_key)
"""

_COMPARED = (
    "full_name", "given_name", "family_kanji", "given_kanji", "family_key", "given_key",
    "family_readings", "given_readings", "given_initials", "email", "email_domain",
    "mail_local", "mail_digits", "mail_as_read", "is_shared_mailbox", "work_domain", "mobile",
    "landline", "postal_code", "company_core", "employer", "employer_home",
)  # fmt: skip

# A mailbox under two different names is nobody's alone: handed on, shared or a secretary's.
_CONTESTED_SQL = f"""
    create table contested_mails as
    with named as (
        select distinct email, {", ".join(NAME_COLUMNS)}
        from people
        where email is not null and full_name is not null and not is_junk
    ),
    few_names as (
        select * from named qualify count(*) over (partition by email) <= {BLOCK_LIMIT}
    )
    select email from named group by email having count(*) > {BLOCK_LIMIT}
    union
    select l.email
    from few_names as l
    inner join few_names as r on l.email = r.email and l.full_name < r.full_name
    where {NAME_SQL} = 0;
    update people set is_shared_mailbox = true
    where email in (select email from contested_mails);
"""

# What two people cannot have alike: a full name with a mail, a mobile or a company; a family name
# with a mailbox that is nobody else's.
_FOLDABLE = """
    not is_junk and record_key not in (select record_key from never_folded) and (
        (given_name is not null
            and (email is not null or mobile is not null or employer is not null))
        or (full_name is not null and email is not null and not is_shared_mailbox)
    )
"""
_NODES_SQL = f"""
    create table node_members as
    select
        record_key,
        case when {_FOLDABLE}
            then min(record_key) over (partition by {", ".join(_COMPARED)}, is_junk)
            else record_key end as node
    from people;
    create table nodes_bare as
    select record_key as unique_id, {", ".join(_COMPARED)}
    from people
    where not is_junk and record_key in (select node from node_members);
"""

# A name as tokens: as written, and in every reading it may have.
_NAME_TOKENS = """
    list_concat(
        case when given_name is not null then [full_name] else [] end,
        flatten(list_transform(
            coalesce(family_readings, []),
            lambda family: list_transform(
                coalesce(given_readings, []), lambda given: family || ' ' || given
            )
        ))[:12]
    )
"""
_CONTACTS = {
    "mail": "email",
    "mobile": "mobile",
}
_NAMED_VALUES = {
    "mail": "email",
    "mobile": "mobile",
    "landline": "landline",
    "employer": "employer",
    "company": "company_core",
    "domain": "work_domain",
    "mailbox": "case when length(mail_local) > 3 and not is_shared_mailbox then mail_local end",
    "postal": "postal_code",
}


def _block_selects() -> str:
    plain = [
        f"select unique_id, '{kind}|' || {value} as block from tokens where {value} is not null"
        for kind, value in _CONTACTS.items()
    ]
    named = [
        f"select unique_id, '{kind}|' || {value} || '|' || token as block"
        f" from (select *, unnest(name_tokens) as token from tokens) where {value} is not null"
        for kind, value in _NAMED_VALUES.items()
    ]
    family = (
        "select unique_id, 'family|' || landline || '|' || family as block from"
        " (select *, unnest(list_concat([family_kanji], family_readings)) as family from tokens)"
        " where landline is not null and family is not null"
    )
    return " union ".join([*plain, *named, family])


def _blocks_sql() -> str:
    return f"""
        create table tokens as select *, {_NAME_TOKENS} as name_tokens from nodes_bare;
        create table block_members as
        select unique_id, block
        from ({_block_selects()})
        qualify count(*) over (partition by block) between 2 and {BLOCK_LIMIT};
        create table nodes as
        select bare.*, list(block order by block) as blocks
        from nodes_bare as bare
        inner join block_members using (unique_id)
        group by all
        order by unique_id;
    """


def build_nodes(
    con: duckdb.DuckDBPyConnection,
    normalised_persons: pa.Table,
    employers: pa.Table,
    never_folded: Collection[str] = (),
) -> None:
    """Create the tables `node_members` (record → node) and `nodes` (what is compared).

    Args:
        con: An in-memory database of the caller's own.
        normalised_persons: As made by `normalise_persons`.
        employers: record_key, cluster and home of the records that have an employer.
        never_folded: Records that people told apart from others, however equal they are.
    """
    con.register("never_folded", pa.table({"record_key": pa.array(never_folded, pa.string())}))
    con.register("normalised_persons", normalised_persons)
    con.register("employers", employers)
    con.execute(_PEOPLE_SQL)
    con.execute(_CONTESTED_SQL)
    con.execute(_NODES_SQL)
    con.execute(_blocks_sql())


def member_rows(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(record_key, node) of every person record."""
    return con.execute("select record_key, node from node_members order by all").fetchall()

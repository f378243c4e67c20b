"""Person records as the nodes of matching: comparable columns, equal records folded into one.

Records that say exactly the same are one node, so that a form sent a thousand times costs as much
as one sent once. Not here: which nodes are compared (`blocking`), or what agrees (`comparisons`).
"""

from collections.abc import Collection

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from identity.comparisons import NAME_COLUMNS, NAME_SQL
from identity.earlier_run import code_fingerprint

# A mailbox under more names than this is a list's or an office's: nobody's own.
NAMES_PER_MAILBOX = 60

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

COMPARED = (
    "full_name", "given_name", "family_kanji", "given_kanji", "family_key", "given_key",
    "family_readings", "given_readings", "given_initials", "email", "email_domain",
    "mail_local", "mail_digits", "mail_as_read", "is_shared_mailbox", "work_domain", "mobile",
    "landline", "postal_code", "company_core", "employer", "employer_home",
)  # fmt: skip

# A mailbox under two different names is nobody's alone: handed on, shared or a secretary's.
_CONTESTED_SQL = f"""
    create table contested_mails as
    with several as (
        select email
        from people
        where email is not null and full_name is not null and not is_junk
        group by email
        having count(distinct hash({", ".join(NAME_COLUMNS)})) > 1
    ),
    named as (
        select distinct email, {", ".join(NAME_COLUMNS)}
        from people
        where email in (from several) and full_name is not null and not is_junk
    ),
    few_names as (
        select * from named
        qualify count(*) over (partition by email) <= {NAMES_PER_MAILBOX}
    )
    select email from named group by email having count(*) > {NAMES_PER_MAILBOX}
    union
    select l.email
    from few_names as l
    inner join few_names as r on l.email = r.email and l.full_name < r.full_name
    where {NAME_SQL} = 0;
    update people set is_shared_mailbox = true
    where email in (from contested_mails);
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
_FOLDED_SQL = f"""
    create table folded as
    select
        record_key,
        is_junk,
        content,
        case when {_FOLDABLE} then content else hash(record_key) end as fold
    from (select *, hash($code, {", ".join(COMPARED)}) as content from people)
"""
_NODES_SQL = f"""
    select
        folded.record_key,
        folded.is_junk,
        first_of.node,
        folded.content,
        {
    ", ".join(f"case when is_node then people.{column} end as {column}" for column in COMPARED)
}
    from folded
    inner join (select fold, min(record_key) as node from folded group by fold) as first_of
        using (fold)
    inner join people using (record_key)
    cross join lateral (select folded.record_key = first_of.node as is_node)
    order by folded.record_key
"""


def find_nodes(
    normalised_persons: pa.Table, employers: pa.Table, never_folded: Collection[str] = ()
) -> pa.Table:
    """The node of every person record, and what nodes are compared by.

    Args:
        normalised_persons: As made by `normalise_persons`.
        employers: record_key, cluster and home of the records that have an employer.
        never_folded: Records that people told apart from others, however equal they are.

    Returns:
        One row per record: record_key, is_junk, node (the record that stands for all equal ones),
        content (hash of what is compared, and of the code that compares), and the compared columns
        where the record is the node.
    """
    with duckdb.connect(":memory:") as con:
        con.register("never_folded", pa.table({"record_key": pa.array(never_folded, pa.string())}))
        con.register("normalised_persons", normalised_persons)
        con.register("employers", employers)
        con.execute(_PEOPLE_SQL)
        con.execute(_CONTESTED_SQL)
        con.execute(_FOLDED_SQL, {"code": code_fingerprint()})
        return con.sql(_NODES_SQL).to_arrow_table()


def live_nodes(nodes: pa.Table) -> pa.Table:
    """The rows of the records that stand for themselves and all equal ones, and are no junk."""
    return nodes.filter(
        pc.and_(pc.equal(nodes["record_key"], nodes["node"]), pc.invert(nodes["is_junk"]))
    )

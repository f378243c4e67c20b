"""Person records as the nodes of matching: comparable columns, equal records folded into one.

Records that say exactly the same are one node, so that a form sent a thousand times costs as much
as one sent once. What a record is compared by follows from its own values and from those who use
the same mailbox; a later run looks at those whose values changed, at the users of their mailboxes
and at the equals of both. Not here: which nodes are compared (`blocking`), or what agrees
(`comparisons`).
"""

from collections.abc import Collection

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from identity.comparisons import NAME_COLUMNS, NAME_SQL
from identity.earlier_run import code_fingerprint, merge_rows
from identity.normalised_records import PERSON_SCHEMA
from identity.scratch import first_column

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
        case when {_HAS_KANJI.format(c="person.former_family_name")}
            then person.former_family_name end as former_kanji,
        person.former_family_readings as former_readings,
        person.former_mail_locals,
        person.middle_readings,
        person.name_words,
        person.kana_sounds,
        person.latin_sounds,
        -- 千恵 is abbreviated as T and as C
        list_distinct(list_concat(
            list_transform(person.given_readings, lambda reading: left(reading, 1)),
            case when len(list_filter(
                person.given_readings,
                lambda reading: starts_with(reading, 'ti') or starts_with(reading, 'ty')
            )) > 0 then ['k'] else [] end
        )) as given_initials,
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
    from touched_persons as person
    left join employers as employer using (record_key)
"""

COMPARED = (
    "full_name", "given_name", "family_kanji", "given_kanji", "family_key", "given_key",
    "family_readings", "given_readings", "given_initials", "former_kanji", "former_readings",
    "former_mail_locals", "middle_readings", "name_words", "kana_sounds", "latin_sounds", "email",
    "email_domain", "mail_local", "mail_digits", "mail_as_read", "is_shared_mailbox",
    "work_domain", "mobile", "landline", "postal_code", "company_core", "employer",
    "employer_home",
)  # fmt: skip

_LISTS = (
    "family_readings", "given_readings", "given_initials", "former_readings",
    "former_mail_locals", "middle_readings", "kana_sounds", "latin_sounds",
)  # fmt: skip
NODES_SCHEMA = pa.schema(
    [
        ("record_key", pa.string()),
        ("is_junk", pa.bool_()),
        ("node", pa.string()),
        ("content", pa.uint64()),
        *(
            pa.field(name, pa.list_(pa.string()))
            if name in _LISTS
            else pa.field(name, pa.bool_() if name == "is_shared_mailbox" else pa.string())
            for name in COMPARED
        ),
        # the same for records that are one node
        ("fold", pa.uint64()),
        # hash of all that the row follows from, but for the other users of the mailbox
        ("input_hash", pa.uint64()),
    ]
)


def _contested_sql() -> str:
    """Mark the mailboxes under two different names: handed on, shared or a secretary's."""
    return f"""
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
# Who is touched through an equal record: all of a fold that somebody entered or left.
_MEMBERS_SQL = """
    create table touched_folds as
    select fold from folded
    union select fold from earlier
    where record_key in (from gone) or record_key in (select record_key from folded);
    create table members as
    select record_key, is_junk, content, fold, input_hash
    from folded inner join today using (record_key)
    union all
    select record_key, is_junk, content, fold, input_hash
    from earlier
    semi join touched_folds using (fold)
    anti join folded using (record_key)
    anti join gone using (record_key);
    create table first_of as select fold, min(record_key) as node from members group by fold;
"""
# Equal records are compared by the same, so a record that comes to stand for them takes it over.
_NODES_SQL = f"""
    with shown as (
        select record_key as node, {", ".join(COMPARED)}
        from people where record_key in (select node from first_of)
        union all
        select first_of.node, {", ".join(f"shown_before.{column}" for column in COMPARED)}
        from shown_before inner join first_of using (fold)
        where first_of.node not in (select record_key from people)
    )
    select
        record_key, is_junk, first_of.node, content, {", ".join(COMPARED)}, fold, input_hash
    from members
    inner join first_of using (fold)
    left join shown on members.record_key = shown.node
    order by record_key
"""
# What of a normalised record is looked at.
_INPUTS = [name for name in PERSON_SCHEMA.names if name not in (
    "record_key", "email_written", "email_suggested", "former_family_key",
    "company_legal_form", "company_is_branch", "corporate_number_normalised", "domain_normalised",
    "prefecture_normalised", "company_former_name", "city_normalised", "company_prefecture",
    "company_statement", "department_normalised",
)]  # fmt: skip
_TODAY_SQL = f"""
    create table today as
    select
        person.record_key,
        hash(
            $code, never_folded.record_key, employer.cluster, employer.home,
            {", ".join(f"person.{name}" for name in _INPUTS)}
        ) as input_hash
    from normalised_persons as person
    left join employers as employer using (record_key)
    left join never_folded using (record_key)
"""
_CHANGED_SQL = """
    create table changed as
    select record_key from today anti join earlier using (record_key, input_hash);
    create table gone as select record_key from earlier anti join today using (record_key);
"""


def find_nodes(
    normalised_persons: pa.Table,
    employers: pa.Table,
    never_folded: Collection[str] = (),
    previous: pa.Table | None = None,
) -> pa.Table:
    """The node of every person record, and what nodes are compared by.

    Args:
        normalised_persons: As made by `normalise_persons`.
        employers: record_key, cluster and home of the records that have an employer.
        never_folded: Records that people told apart from others, however equal they are.
        previous: What this function returned for earlier records.

    Returns:
        Rows of `NODES_SCHEMA`, one per record, sorted by record_key: is_junk, node (the record
        that stands for all equal ones), content (hash of what is compared, and of the code that
        compares), and the compared columns where the record is the node. The same with and
        without `previous`.
    """
    before = previous if previous is not None else NODES_SCHEMA.empty_table()
    before = before.select(NODES_SCHEMA.names)
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        con.register("never_folded", pa.table({"record_key": pa.array(never_folded, pa.string())}))
        con.register("normalised_persons", normalised_persons)
        con.register("employers", employers.select(["record_key", "cluster", "home"]))
        con.register("earlier", before.select(
            ["record_key", "is_junk", "content", "fold", "input_hash"]))  # fmt: skip
        con.execute(_TODAY_SQL, {"code": code_fingerprint()})
        con.execute(_CHANGED_SQL)
        con.register("touched_persons", _touched(con, normalised_persons, before))
        con.execute(_PEOPLE_SQL)
        con.execute(_contested_sql())
        con.execute(_FOLDED_SQL, {"code": code_fingerprint()})
        con.execute(_MEMBERS_SQL)
        con.register("shown_before", _shown(con, before))
        fresh = con.sql(_NODES_SQL).to_arrow_table().cast(NODES_SCHEMA)
        replaced = pc.or_(
            pc.is_in(before["record_key"], fresh["record_key"]),
            pc.is_in(before["record_key"], first_column(con, "from gone")),
        )
        return merge_rows(before, ~np.asarray(replaced), fresh, "record_key")


def _touched(con: duckdb.DuckDBPyConnection, normalised: pa.Table, before: pa.Table) -> pa.Table:
    """The records that changed, and all that use a mailbox that one of them uses or used."""
    changed = first_column(con, "from changed")
    moved = pa.chunked_array([*changed.chunks, *first_column(con, "from gone").chunks], pa.string())
    is_changed = pc.is_in(normalised["record_key"], changed)
    stood = before["node"].filter(pc.is_in(before["record_key"], moved))
    used = before["email"].filter(pc.is_in(before["record_key"], stood))
    uses = normalised["email_normalised"].filter(is_changed)
    mails = pa.chunked_array([*used.chunks, *uses.chunks], pa.string()).drop_null()
    return normalised.filter(
        pc.or_(is_changed, pc.is_in(normalised["email_normalised"], mails.unique()))
    )


def _shown(con: duckdb.DuckDBPyConnection, before: pa.Table) -> pa.Table:
    """The earlier rows that stand for the touched folds."""
    folds = pc.is_in(before["fold"], first_column(con, "from touched_folds"))
    return before.filter(pc.and_(folds, pc.equal(before["record_key"], before["node"])))


def live_nodes(nodes: pa.Table) -> pa.Table:
    """The rows of the records that stand for themselves and all equal ones, and are no junk."""
    return nodes.filter(
        pc.and_(pc.equal(nodes["record_key"], nodes["node"]), pc.invert(nodes["is_junk"]))
    )

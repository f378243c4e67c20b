"""Which company each company record and each person record belongs to, with the reason.

Turns normalised records into statements about companies, has them clustered, and reads the outcome
back per record. Equal statements of many people are one.
"""

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from identity.company_matching import (
    DOMAIN,
    FORMER,
    NAME,
    NUMBER,
    PHONE,
    PLACE,
    REGISTER,
)
from identity.company_statements import SAID, TIE, cluster_statements
from identity.constraints import DECIDED
from identity.decisions import Constraint
from identity.key_lookup import NOBODY, Keys, nullable_positions, positions
from identity.side_by_side import take_rows

SELF = "単独レコード"
HANGS_ON = "取引先レコードに所属"
CONVERTED = "取引開始(コンバート)"
MERGED = "統合済み(マージ)"
NAMED = "会社名のみ"

# How far each kind of evidence is to be believed, on the scale of a match probability.
BELIEF = {
    SELF: 1.0, DECIDED: 1.0, HANGS_ON: 1.0, CONVERTED: 1.0, MERGED: 1.0, NUMBER: 0.999,
    REGISTER: 0.99, FORMER: 0.95, DOMAIN: 0.98, PHONE: 0.97, PLACE: 0.95, NAME: 0.9, NAMED: 1.0,
}  # fmt: skip

EMPLOYERS_SCHEMA = pa.schema(
    [
        ("record_key", pa.string()),
        ("cluster", pa.string()),
        ("match_reason", pa.string()),
        ("match_probability", pa.float64()),
        ("is_company_record", pa.bool_()),
        ("home", pa.string()),
        # for explanations: what the record was taken for in matching, and every step that made
        # companies one, told on the first record that the step touches
        ("statement", pa.string()),
        ("ties", pa.list_(TIE)),
    ]
)
# The company record that a person record hangs on.
_HELD_BY = ["company_key", "converted_account_key"]
_SAYS = """
    company_name_normalised as core,
    company_legal_form as legal_form,
    corporate_number_normalised as number,
    domain_normalised as domain,
    company_prefecture as prefecture,
    phone_e164 as phone,
    company_former_name as former
"""


def cluster_companies(
    persons: pa.Table,
    normalised_persons: pa.Table,
    companies: pa.Table,
    normalised_companies: pa.Table,
    constraints: Sequence[Constraint] = (),
    previous: pa.Table | None = None,
    register: pa.Table | None = None,
) -> pa.Table:
    """Which of all that is said of companies means one company.

    Args:
        persons: Person records with `company_key` and `converted_account_key`.
        normalised_persons: The same records as `normalise_persons` made them.
        companies: Company records with `merged_into_key`.
        normalised_companies: The same records as `normalise_companies` made them.
        constraints: What people decided about company records, without contradictions.
        previous: What this function returned for earlier records.
        register: What the public register says of them, as made by `find_corporations`.

    Returns:
        Rows of `CLUSTERS_SCHEMA`.
    """
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        con.register("persons", persons.select(["record_key", *_HELD_BY]))
        con.register("companies", companies.select(["record_key", "merged_into_key"]))
        con.register("normalised_persons", normalised_persons)
        con.register("normalised_companies", normalised_companies)
        _state(con)
        if register is not None and register.num_rows:
            _look_up(con, register)
        con.execute(_LINKS_SQL)
        return cluster_statements(con, constraints, previous)


def find_employers(
    persons: pa.Table,
    normalised_persons: pa.Table,
    companies: pa.Table,
    normalised_companies: pa.Table,
    clusters: pa.Table,
) -> pa.Table:
    """The company of every company record and of every person record that has one.

    Args:
        persons: Person records with `company_key` and `converted_account_key`.
        normalised_persons: The same records as `normalise_persons` made them.
        companies: Company records with `merged_into_key`.
        normalised_companies: The same records as `normalise_companies` made them.
        clusters: As made by `cluster_companies` of the same records.

    Returns:
        Rows of `EMPLOYERS_SCHEMA`, sorted by record_key.
    """
    found = pa.concat_tables([
        _of_companies(normalised_companies["record_key"], clusters),
        _of_persons(persons, normalised_persons, clusters),
    ])  # fmt: skip
    return _told(take_rows(found, pc.sort_indices(found["record_key"])), clusters)


def _state(con: duckdb.DuckDBPyConnection) -> None:
    """Create `statements`: the company records, and what person records say of employers."""
    said = [name for name in SAID if name not in ("is_record", "registered")]
    con.execute(f"""
        create table statements as
        with
        by_companies as (select record_key as key, {_SAYS} from normalised_companies),
        by_persons as (
            select company_statement as key, {_SAYS} from normalised_persons
            where company_statement is not null
        )
        select key, {", ".join(said)}, true as is_record, null::varchar as registered
        from by_companies
        union all
        select key, {", ".join(f"min({name})" for name in said)}, false, null
        from by_persons group by key
    """)


def _look_up(con: duckdb.DuckDBPyConnection, register: pa.Table) -> None:
    """Give the statements the number that the public register knows them by.

    A corporation that was taken over is the one that took it over. A name counts only with its
    place: where one corporation goes by it in that prefecture, or once did and none does today.
    """
    con.register("register", register)
    con.execute("""
        update statements set number = surviving_number
        from (select distinct corporate_number, surviving_number from register) as known
        where statements.number = known.corporate_number;
        create table named as
        select key,
            case when count(distinct surviving_number) filter (is_current) = 1
                    then max(surviving_number) filter (is_current)
                when count(*) filter (is_current) = 0 and count(distinct surviving_number) = 1
                    then max(surviving_number) end as registered
        from statements
        inner join register on statements.core = register.core
            and statements.prefecture = register.prefecture
            and coalesce(nullif(statements.legal_form, 'western') = register.legal_form, true)
        where statements.number is null
        group by key;
        update statements set registered = coalesce(number, (
            select registered from named where named.key = statements.key
        ))
    """)


# A record that hangs on a company of the same name lends it its domain and phone. People change
# employers and the record they hang on stays, so the employer that it names must be that company;
# a nameless domain counts only if nobody else goes by it.
_LINKS_SQL = f"""
    create table links as
    with names_by_script as (
        select
            domain,
            case when regexp_matches(core, '[\u3400-\u9fff\u3005]') then 'kanji'
                when regexp_matches(core, '^[\x01-\x7f]*$') then 'latin' else 'kana' end as script,
            list(distinct core) as cores
        from statements where domain is not null and core is not null
        group by all
    ),
    -- one name may be written in several scripts
    names_of_domains as (
        select domain, flatten(list(cores)) as cores, max(len(cores)) as names
        from names_by_script group by domain
    ),
    hanging as (
        select distinct coalesce({", ".join(_HELD_BY)}) as company_key,
            company_statement as mention
        from persons inner join normalised_persons using (record_key)
        where coalesce({", ".join(_HELD_BY)}) is not null and company_statement is not null
    )
    select record_key as one, merged_into_key as other, '{MERGED}' as reason
    from companies where merged_into_key is not null
    union all
    select company.key, stated.key, '{HANGS_ON}'
    from hanging
    inner join statements as company on hanging.company_key = company.key and company.is_record
    inner join statements as stated on hanging.mention = stated.key
    left join names_of_domains as named on stated.domain = named.domain
    where case
        when stated.core is not null then stated.core = company.core
        when stated.domain is null then company.number is null or company.number = stated.number
        else coalesce(company.domain = stated.domain, true)
            and (named.names is null
                or (named.names = 1 and list_contains(named.cores, company.core)))
    end
"""


_SAYING = [
    "record_key", "company_statement", "company_name_normalised", "corporate_number_normalised",
]  # fmt: skip


def _of_companies(keys: pa.ChunkedArray, clusters: pa.Table) -> pa.Table:
    """The company of every company record."""
    at = nullable_positions(keys, clusters["key"])
    reason = pc.fill_null(clusters["reason"].take(at), SELF)
    return _placed(keys, at, reason, at, True)


def _of_persons(persons: pa.Table, normalised: pa.Table, clusters: pa.Table) -> pa.Table:
    """The company of every person record that has one.

    A mail domain that no named company has is no company yet.
    """
    # in the order of the keys, since the first record of a statement tells its ties
    normalised = take_rows(normalised.select(_SAYING), pc.sort_indices(normalised["record_key"]))
    links = take_rows(
        persons.select(_HELD_BY), positions(normalised["record_key"], persons["record_key"])
    )
    company = nullable_positions(pc.coalesce(*(links[name] for name in _HELD_BY)), clusters["key"])
    stated = nullable_positions(normalised["company_statement"], clusters["key"])
    why = clusters["reason"].take(stated)
    is_named = pc.or_(
        pc.is_valid(normalised["company_name_normalised"]),
        pc.is_valid(normalised["corporate_number_normalised"]),
    )
    leads = pc.or_(
        pc.is_valid(company), pc.and_(pc.is_valid(stated), pc.or_(is_named, pc.is_valid(why)))
    )
    hangs = pc.if_else(pc.is_valid(links["company_key"]), HANGS_ON, CONVERTED)
    reason = pc.if_else(pc.is_valid(company), hangs, pc.fill_null(why, NAMED))
    at = pc.coalesce(company, stated)
    found = _placed(normalised["record_key"], at, reason, stated, False).filter(leads)
    return found.set_column(3, "ties_at", _first_of_each(found["ties_at"]))


def _placed(
    keys: pa.ChunkedArray, at: Keys, reason: Keys, ties_at: Keys, is_company_record: bool
) -> pa.Table:
    """Records with the rows of the clusters that their company and its ties stand in."""
    kind = pa.array([is_company_record]).take(np.zeros(len(keys), np.int64))
    columns = [keys, at, reason, ties_at, kind]
    names = ["record_key", "at", "match_reason", "ties_at", "is_company_record"]
    return pa.table(columns, names=names)


def _first_of_each(values: Keys) -> pa.Array:
    """The values, but null for those that were there before."""
    numbers = np.asarray(pc.fill_null(values, NOBODY))
    first = np.full(max(numbers.max(initial=NOBODY), 0) + 1, NOBODY, dtype=np.int64)
    # the last one that is written stays
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    is_first = np.arange(len(numbers)) == first[numbers]
    return pa.array(numbers, mask=~is_first | (numbers == NOBODY))


def _told(placed: pa.Table, clusters: pa.Table) -> pa.Table:
    """Rows of EMPLOYERS_SCHEMA of records that are placed."""
    beliefs = pa.array(BELIEF.values(), pa.float64())
    kinds = pa.array(BELIEF.keys(), pa.string())
    said = take_rows(clusters.select(["cluster", "home", "key"]), placed["at"])
    columns = {
        "record_key": placed["record_key"],
        "cluster": said["cluster"],
        "match_reason": placed["match_reason"],
        "match_probability": beliefs.take(pc.index_in(placed["match_reason"], value_set=kinds)),
        "is_company_record": placed["is_company_record"],
        "home": said["home"],
        "statement": said["key"],
        "ties": clusters["ties"].take(placed["ties_at"]),
    }
    return pa.table(columns).cast(EMPLOYERS_SCHEMA)

"""Which company each company record and each person record belongs to, with the reason.

Turns normalised records into statements about companies, has them clustered, and reads the outcome
back per record. Equal statements of many people are one.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

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
from identity.places import prefecture_of_phone

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
_SAYING_SQL = """
    create table {said} as
    select
        record_key,
        company_name_normalised as core,
        company_legal_form as legal_form,
        corporate_number_normalised as number,
        domain_normalised as domain,
        -- a branch tells nothing of where the company sits
        case when not coalesce(company_is_branch, false)
            then coalesce(prefecture_normalised, numbered.prefecture) end as prefecture,
        phone_e164 as phone,
        company_former_name as former
    from {normalised} as normalised
    left join phone_places as numbered using (phone_e164)
"""
_MENTIONED_SQL = """
    create table mentioned as
    select
        said.*,
        coalesce(persons.company_key, persons.converted_account_key) as company_key,
        persons.company_key is not null as is_employed_there,
        case when core is not null or number is not null or domain is not null
            then 'mention:' || concat_ws(
                '|', coalesce(core, ''), coalesce(legal_form, ''), coalesce(number, ''),
                coalesce(domain, ''), coalesce(prefecture, ''), coalesce(phone, ''), former
            ) end as mention
    from said_by_persons as said
    inner join person_links as persons using (record_key)
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
        _say(con, persons, normalised_persons, companies, normalised_companies)
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
    with duckdb.connect(":memory:") as con:
        _say(con, persons, normalised_persons, companies, normalised_companies)
        con.register("clusters", clusters)
        return _read_employers(con)


def _say(
    con: duckdb.DuckDBPyConnection,
    persons: pa.Table,
    normalised_persons: pa.Table,
    companies: pa.Table,
    normalised_companies: pa.Table,
) -> None:
    """Create `said_by_companies`, `said_by_persons` and `mentioned`."""
    con.execute("set preserve_insertion_order = false")
    links = ["record_key", "company_key", "converted_account_key"]
    con.register("person_links", persons.select(links))
    con.register("company_links", companies.select(["record_key", "merged_into_key"]))
    con.register("normalised_persons", normalised_persons)
    con.register("normalised_companies", normalised_companies)
    phones = con.execute("""
        select distinct phone_e164 from normalised_persons where phone_e164 is not null
        union select phone_e164 from normalised_companies where phone_e164 is not null
    """).fetchall()
    numbers = [phone for (phone,) in phones]
    places = [prefecture_of_phone(phone) for phone in numbers]
    columns = {"phone_e164": pa.array(numbers, pa.string()),
               "prefecture": pa.array(places, pa.string())}  # fmt: skip
    con.register("phone_places", pa.table(columns))
    for who in ("persons", "companies"):
        con.execute(_SAYING_SQL.format(said=f"said_by_{who}", normalised=f"normalised_{who}"))
    con.execute(_MENTIONED_SQL)


def _state(con: duckdb.DuckDBPyConnection) -> None:
    """Create `statements`: the company records, and what person records say of employers."""
    said = ", ".join(name for name in SAID if name not in ("is_record", "registered"))
    con.execute(f"""
        create table statements as
        select record_key as key, {said}, true as is_record, null::varchar as registered
        from said_by_companies
        union all
        select distinct mention, {said}, false, null::varchar from mentioned
        where mention is not null
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
        select distinct company_key, mention from mentioned
        where company_key is not null and mention is not null
    )
    select record_key as one, merged_into_key as other, '{MERGED}' as reason
    from company_links where merged_into_key is not null
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


def _read_employers(con: duckdb.DuckDBPyConnection) -> pa.Table:
    beliefs = " ".join(f"when '{reason}' then {belief}" for reason, belief in BELIEF.items())
    found = con.sql(f"""
        with found as (
            select key as record_key, cluster, coalesce(reason, '{SELF}') as match_reason,
                true as is_company_record, home, key as statement, ties
            from clusters semi join said_by_companies as said on clusters.key = said.record_key
            union all
            select
                mentioned.record_key,
                coalesce(company.cluster, stated.cluster),
                case when company.key is null then coalesce(stated.reason, '{NAMED}')
                    when is_employed_there then '{HANGS_ON}' else '{CONVERTED}' end,
                false,
                coalesce(company.home, case when company.key is null then stated.home end),
                coalesce(company.key, stated.key),
                case when row_number() over (
                    partition by stated.key order by mentioned.record_key
                ) = 1 then stated.ties end
            from mentioned
            left join said_by_companies as held on mentioned.company_key = held.record_key
            left join clusters as company on held.record_key = company.key
            left join clusters as stated on mentioned.mention = stated.key
            -- a mail domain that no named company has is no company yet
            where company.key is not null or (stated.key is not null and (
                mentioned.core is not null or mentioned.number is not null
                or stated.reason is not null
            ))
        )
        select record_key, cluster, match_reason,
            case match_reason {beliefs} end::double as match_probability, is_company_record, home,
            statement, ties
        from found order by record_key
    """).to_arrow_table()
    return found.cast(EMPLOYERS_SCHEMA)

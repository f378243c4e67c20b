"""Which company each company record and each person record belongs to, with the reason.

Turns normalised records into mentions, has them clustered, and reads the outcome back per record.
Equal statements of many people are one mention.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import duckdb
import pyarrow as pa

from identity.company_evidence import Mention
from identity.company_matching import (
    DOMAIN,
    FORMER,
    NAME,
    NUMBER,
    PHONE,
    PLACE,
    REGISTER,
    CompanyClusters,
    match_companies,
)
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

_TIE = pa.struct([("one", pa.string()), ("other", pa.string()), ("reason", pa.string())])
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
        ("ties", pa.list_(_TIE)),
    ]
)
# What a record says of a company, by fields of `Mention`.
_SAID = ("core", "legal_form", "number", "domain", "prefecture", "phone", "former")
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


def find_employers(
    persons: pa.Table,
    normalised_persons: pa.Table,
    companies: pa.Table,
    normalised_companies: pa.Table,
    constraints: Sequence[Constraint] = (),
) -> pa.Table:
    """The company of every company record and of every person record that has one.

    Args:
        persons: Person records with `company_key` and `converted_account_key`.
        normalised_persons: The same records as `normalise_persons` made them.
        companies: Company records with `merged_into_key`.
        normalised_companies: The same records as `normalise_companies` made them.
        constraints: What people decided about company records, oldest first.

    Returns:
        Rows of `EMPLOYERS_SCHEMA`, sorted by record_key.
    """
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        columns = ["record_key", "company_key", "converted_account_key"]
        con.register("person_links", persons.select(columns))
        con.register("company_links", companies.select(["record_key", "merged_into_key"]))
        con.register("normalised_persons", normalised_persons)
        con.register("normalised_companies", normalised_companies)
        _say(con)
        records, mentions = _read_mentions(con)
        links = [*_merge_links(con), *_hanging_links(con, records, mentions)]
        clusters = match_companies([*records.values(), *mentions.values()], links, constraints)
        con.register("clusters", _cluster_table(clusters))
        return _read_employers(con)


def _say(con: duckdb.DuckDBPyConnection) -> None:
    """Create `said_by_companies`, `said_by_persons` and `mentioned`."""
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


def _read_mentions(
    con: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, Mention], dict[str, Mention]]:
    """The company records, and what person records say of their employers, by key."""
    said = ", ".join(_SAID)
    records = con.execute(f"select record_key, {said} from said_by_companies order by all")
    by_record = {
        row[0]: Mention(**dict(zip(("key", *_SAID), row, strict=True)), is_record=True)
        for row in records.fetchall()
    }
    stated = con.execute(f"""
        select distinct mention, {said} from mentioned where mention is not null order by all
    """)
    return by_record, {
        row[0]: Mention(**dict(zip(("key", *_SAID), row, strict=True))) for row in stated.fetchall()
    }


def _merge_links(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    rows = con.execute("""
        select record_key, merged_into_key from company_links where merged_into_key is not null
    """).fetchall()
    return [(loser, winner, MERGED) for loser, winner in rows]


def _hanging_links(
    con: duckdb.DuckDBPyConnection, records: dict[str, Mention], mentions: dict[str, Mention]
) -> Iterator[tuple[str, str, str]]:
    """A record that hangs on a company of the same name lends it its domain and phone."""
    named = _names_of_domains([*records.values(), *mentions.values()])
    rows = con.execute("""
        select distinct company_key, mention from mentioned
        where company_key is not null and mention is not null
    """).fetchall()
    for company_key, mention in rows:
        company = records.get(company_key)
        if company and _speaks_of(mentions[mention], company, named):
            yield company_key, mention, HANGS_ON


def _names_of_domains(mentions: Iterable[Mention]) -> dict[str, set[str]]:
    named: dict[str, set[str]] = defaultdict(set)
    for stated in mentions:
        if stated.domain and stated.core:
            named[stated.domain].add(stated.core)
    return named


def _speaks_of(mention: Mention, company: Mention, named: dict[str, set[str]]) -> bool:
    """Whether the employer that a hanging record names is the company it hangs on.

    People change employers and the record they hang on stays; a nameless domain counts only if
    nobody else goes by it.
    """
    if mention.core is not None:
        return mention.core == company.core
    if mention.domain is None:
        return company.number in (None, mention.number)
    return company.domain in (None, mention.domain) and named[mention.domain] <= {company.core}


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
        "ties": pa.array([ties.get(key) for key in keys], pa.list_(_TIE)),
    }
    return pa.table(columns)


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

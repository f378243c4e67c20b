"""Which company records were compared with which, and what came of it.

For the people who ask why two companies are one, or are not. Not here: what is joined
(`company_matching`); this only reads its outcome.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from identity.company_matching import DOMAIN, NAME, NUMBER, PHONE, PLACE
from identity.constraints import DECIDED, DECIDED_APART
from identity.decisions import Constraint
from identity.employers import BELIEF, MERGED

# A value that more companies share (a portal's domain, a call centre) is no reason to compare.
SHARED_BY_AT_MOST = 60
OTHER_NUMBER = "法人番号が違う"
OTHER_PLACE = "都道府県が違う"
OTHER_FORM = "法人格が違う"
OTHER_DOMAIN = "ドメインが違う"

COMPANY_PAIRS_SCHEMA = pa.schema(
    [
        ("record_key_a", pa.string()),
        ("record_key_b", pa.string()),
        ("verdict", pa.string()),
        ("match_probability", pa.float64()),
        ("evidence", pa.string()),
        ("evidence_names", pa.list_(pa.string())),
        ("veto", pa.string()),
    ]
)
_VALUES = {
    "number": "corporate_number_normalised",
    "domain": "domain_normalised",
    "core": "company_name_normalised",
    "phone": "phone_e164",
    "prefecture": "prefecture_normalised",
    "form": "nullif(company_legal_form, 'western')",
}
# strongest first
_EVIDENCE = {
    DECIDED: "decided",
    MERGED: "linked",
    NUMBER: "l.number = r.number",
    DOMAIN: "l.domain = r.domain",
    PHONE: "l.core = r.core and l.phone = r.phone",
    PLACE: "l.core = r.core and l.prefecture = r.prefecture",
    NAME: "l.core = r.core",
}
# weightiest first
_VETOES = {
    DECIDED_APART: "not decided",
    OTHER_NUMBER: "l.number <> r.number",
    OTHER_PLACE: "l.prefecture <> r.prefecture",
    OTHER_FORM: "l.form <> r.form",
    OTHER_DOMAIN: "l.domain <> r.domain",
}


def compare_companies(
    companies: pa.Table,
    normalised_companies: pa.Table,
    employers: pa.Table,
    constraints: Sequence[Constraint] = (),
) -> pa.Table:
    """Every pair of company records that share a value, a link or a decision.

    Args:
        companies: Company records with `merged_into_key`.
        normalised_companies: As made by `normalise_companies`.
        employers: As made by `find_employers`.
        constraints: What people decided, oldest first.

    Returns:
        Rows of `COMPANY_PAIRS_SCHEMA`, sorted by the two keys; the probability is null for pairs
        that are not one company.
    """
    with duckdb.connect(":memory:") as con:
        con.register("links", companies.select(["record_key", "merged_into_key"]))
        con.register("normalised", normalised_companies)
        con.register("employers", employers)
        con.register("decisions", _newest(constraints))
        values = ", ".join(f"{value} as {name}" for name, value in _VALUES.items())
        con.execute(f"""
            create table stated as
            select record_key, cluster, {values}
            from normalised inner join employers using (record_key)
        """)
        con.execute(_PAIRS_SQL)
        return con.sql(_judged_sql()).to_arrow_table().cast(COMPANY_PAIRS_SCHEMA)


def _newest(constraints: Sequence[Constraint]) -> pa.Table:
    newest = {(min(c.one, c.other), max(c.one, c.other)): c.is_same for c in constraints}
    columns = {
        "one": pa.array([one for one, _ in newest], pa.string()),
        "other": pa.array([other for _, other in newest], pa.string()),
        "decided": pa.array(list(newest.values()), pa.bool_()),
    }
    return pa.table(columns)


_SHARED = " union all ".join(
    f"select '{name}|' || {name} as block, record_key from stated where {name} is not null"
    for name in ("number", "domain", "core")
)
_PAIRS_SQL = f"""
    create table pairs as
    with blocks as (
        select block, record_key from ({_SHARED})
        qualify count(*) over (partition by block) <= {SHARED_BY_AT_MOST}
    )
    select l.record_key as one, r.record_key as other
    from blocks as l inner join blocks as r on l.block = r.block and l.record_key < r.record_key
    union
    select least(record_key, merged_into_key), greatest(record_key, merged_into_key)
    from links where record_key <> merged_into_key
    union
    select one, other from decisions
"""


def _judged_sql() -> str:
    fits = {reason: f"coalesce({condition}, false)" for reason, condition in _EVIDENCE.items()}
    vetoes = " ".join(f"when {condition} then '{veto}'" for veto, condition in _VETOES.items())
    listed = ", ".join(f"case when {fit} then '{reason}' end" for reason, fit in fits.items())
    beliefs = " ".join(f"when '{reason}' then {BELIEF[reason]}" for reason in _EVIDENCE)
    return f"""
        with judged as (
            select
                pairs.one,
                pairs.other,
                l.cluster = r.cluster as is_joined,
                list_filter([{listed}], lambda reason: reason is not null) as evidence_names,
                case {vetoes} end as veto
            from pairs
            inner join stated as l on pairs.one = l.record_key
            inner join stated as r on pairs.other = r.record_key
            left join decisions using (one, other)
            left join (
                select distinct least(record_key, merged_into_key) as one,
                    greatest(record_key, merged_into_key) as other, true as linked
                from links where merged_into_key is not null
            ) as linked_pairs using (one, other)
        )
        select
            one as record_key_a,
            other as record_key_b,
            case when is_joined then 'joined' when veto is not null then 'vetoed'
                else 'between' end as verdict,
            case when is_joined then (case evidence_names[1] {beliefs} else 1.0 end)::double end
                as match_probability,
            evidence_names[1] as evidence,
            evidence_names,
            case when not is_joined then veto end as veto
        from judged
        order by one, other
    """

{#-
    One finding per two companies that may be one: records of theirs share something and nothing
    decides. Never asked again once people decided. The money of open deals comes first, then how
    much the two have in common, then how many people are concerned.
-#}
with

pairs as (
    select * from {{ ref('int_company_pairs_compared') }}
    where verdict = 'between' and evidence is not null
),

review_limits as (
    select * from {{ ref('review_limits') }}
    where rule_id = 'account__possible_duplicate'
),

account_sources as (
    select * from {{ ref('int_account_sources_assigned') }}
),

accounts as (
    select * from {{ ref('accounts') }}
),

accounts_decided as (
    select distinct
        least(sources_a.account_id, sources_b.account_id) as low_id,
        greatest(sources_a.account_id, sources_b.account_id) as high_id
    from {{ ref('int_pairs_decided') }} as decided
    inner join account_sources as sources_a
        on decided.record_key_a = sources_a.record_key
    inner join account_sources as sources_b
        on decided.record_key_b = sources_b.record_key
    where decided.entity = 'account'
),

open_deals as (
    select
        account_id,
        sum(coalesce(amount_jpy, 0)) as open_amount_jpy
    from {{ ref('opportunities') }}
    where not is_closed
    group by account_id
),

valued as (
    select
        pairs.record_key_a,
        pairs.record_key_b,
        pairs.evidence as reason_ja,
        sources_a.account_id,
        sources_a.source_system,
        sources_a.source_object,
        sources_a.source_id,
        least(sources_a.account_id, sources_b.account_id) as low_id,
        greatest(sources_a.account_id, sources_b.account_id) as high_id,
        greatest(coalesce(deals_a.open_amount_jpy, 0), coalesce(deals_b.open_amount_jpy, 0))
            as open_amount_jpy,
        accounts_a.person_count + accounts_b.person_count as person_count,
        {{ kk_list_length('pairs.evidence_names') }} as evidence_count
    from pairs
    inner join account_sources as sources_a
        on pairs.record_key_a = sources_a.record_key and not sources_a.is_deleted
    inner join account_sources as sources_b
        on pairs.record_key_b = sources_b.record_key and not sources_b.is_deleted
    inner join accounts as accounts_a
        on sources_a.account_id = accounts_a.account_id
    inner join accounts as accounts_b
        on sources_b.account_id = accounts_b.account_id
    left join open_deals as deals_a
        on sources_a.account_id = deals_a.account_id
    left join open_deals as deals_b
        on sources_b.account_id = deals_b.account_id
    where sources_a.account_id <> sources_b.account_id
),

best as (
    select
        *,
        row_number() over (
            partition by low_id, high_id
            order by evidence_count desc, record_key_a asc, record_key_b asc
        ) as pair_rank
    from valued
),

ranked as (
    select
        best.*,
        review_limits.at_most,
        row_number() over (
            order by
                best.open_amount_jpy desc,
                best.evidence_count desc,
                best.person_count desc,
                best.record_key_a asc,
                best.record_key_b asc
        ) as priority
    from best
    cross join review_limits
    left join accounts_decided
        on best.low_id = accounts_decided.low_id and best.high_id = accounts_decided.high_id
    where
        best.pair_rank = 1
        and best.evidence_count >= review_limits.from_value
        and accounts_decided.low_id is null
)

select
    {{ finding_columns(
        'account__possible_duplicate',
        ['record_key_a', 'record_key_b'],
        severity="case when open_amount_jpy > 0 then 'high' else 'medium' end",
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'same_account'",
        what_ja="'一致:' || reason_ja || '。同じ会社と言い切れる根拠はありません。'",
        proposed_value="'関わる人物' || cast(person_count as " ~ kk_text_type() ~ ") || '人が同じ会社に属します。'",
        proposed_from='record_key_b',
        evidence=evidence_lines(['record_key_a', 'record_key_b']),
        priority='priority'
    ) }}
from ranked
where priority <= at_most

{#-
    Of the pairs that could be one person, the best of each two persons, those that nobody decided
    about yet, what is worth most first, and not more than a meeting can answer.
-#}
with

pairs as (
    select
        *,
        least(person_id_a, person_id_b) as low_id,
        greatest(person_id_a, person_id_b) as high_id
    from {{ ref('hygiene_pairs_worded') }}
),

review_limits as (
    select * from {{ ref('review_limits') }}
    where rule_id = 'person__possible_duplicate'
),

person_sources as (
    select * from {{ ref('int_person_sources_assigned') }}
),

persons_decided as (
    select distinct
        least(sources_a.person_id, sources_b.person_id) as low_id,
        greatest(sources_a.person_id, sources_b.person_id) as high_id
    from {{ ref('int_pairs_decided') }} as decided
    inner join person_sources as sources_a
        on decided.record_key_a = sources_a.record_key
    inner join person_sources as sources_b
        on decided.record_key_b = sources_b.record_key
    where decided.entity = 'person'
),

persons as (
    select * from {{ ref('persons') }}
),

open_deals as (
    select
        listed.person_id,
        sum(coalesce(opportunities.amount_jpy, 0)) as open_amount_jpy
    from {{ ref('int_opportunity_persons_listed') }} as listed
    inner join {{ ref('opportunities') }} as opportunities
        on listed.opportunity_id = opportunities.opportunity_id
    where not opportunities.is_closed
    group by listed.person_id
),

best as (
    select
        *,
        row_number() over (
            partition by low_id, high_id
            order by match_probability desc, record_key_a asc, record_key_b asc
        ) as pair_rank
    from pairs
),

valued as (
    select
        best.*,
        greatest(
            coalesce(deals_a.open_amount_jpy, 0), coalesce(deals_b.open_amount_jpy, 0)
        ) as open_amount_jpy,
        coalesce(persons_a.stage in ('MQL', 'SQL') or persons_b.stage in ('MQL', 'SQL'), false)
            as is_with_sales,
        greatest(persons_a.score, persons_b.score) as score,
        persons_a.source_count + persons_b.source_count as record_count,
        review_limits.at_most
    from best
    cross join review_limits
    inner join persons as persons_a
        on best.person_id_a = persons_a.person_id
    inner join persons as persons_b
        on best.person_id_b = persons_b.person_id
    left join open_deals as deals_a
        on best.person_id_a = deals_a.person_id
    left join open_deals as deals_b
        on best.person_id_b = deals_b.person_id
    left join persons_decided
        on best.low_id = persons_decided.low_id and best.high_id = persons_decided.high_id
    where
        best.pair_rank = 1
        and best.match_probability >= review_limits.from_value
        and persons_decided.low_id is null
),

ranked as (
    select
        *,
        row_number() over (
            order by
                open_amount_jpy desc,
                is_with_sales desc,
                score desc,
                record_count desc,
                match_probability desc,
                record_key_a asc,
                record_key_b asc
        ) as priority
    from valued
)

select
    *,
    case
        when match_probability >= 0.9 then 'high'
        when match_probability >= 0.7 then 'medium'
        else 'low'
    end as likelihood,
    '記録' || cast(record_count as {{ kk_text_type() }}) || '件が1人になり、接点とスコアを合わせて数え直します。'
    || case
        when open_amount_jpy >= 10000
            then
                '進行中の商談 '
                || cast(cast(floor(open_amount_jpy / 10000) as bigint) as {{ kk_text_type() }})
                || '万円が関わります。'
        else ''
    end as if_same_ja
from ranked
where priority <= at_most

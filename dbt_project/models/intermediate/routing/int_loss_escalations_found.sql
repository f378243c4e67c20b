{#-
    Competitors to whom the last deals were all lost, one after another. One row per lost deal of
    the row of losses that still stands.
-#}
with

rules as (
    select * from {{ ref('escalation_rules') }}
    where measure = 'losses_in_a_row'
),

closed_deals as (
    select
        opportunity_id,
        {{ kk_fold_width('competitor') }} as competitor_key,
        trim(competitor) as competitor,
        is_won,
        row_number() over (
            partition by {{ kk_fold_width('competitor') }}
            order by closed_at desc, opportunity_id desc
        ) as recency
    from {{ ref('opportunities') }}
    where is_closed and {{ kk_blank_to_null('competitor') }} is not null
),

last_wins as (
    select
        competitor_key,
        min(recency) as won_recency
    from closed_deals
    where is_won
    group by competitor_key
),

losses as (
    select
        closed_deals.*,
        count(*) over (partition by closed_deals.competitor_key) as loss_count,
        min(closed_deals.competitor) over (
            partition by closed_deals.competitor_key
        ) as competitor_name
    from closed_deals
    left join last_wins
        on closed_deals.competitor_key = last_wins.competitor_key
    where last_wins.won_recency is null or closed_deals.recency < last_wins.won_recency
)

select
    rules.rule_id,
    'competitor' as subject_kind,
    losses.competitor_name as subject,
    cast(null as {{ kk_text_type() }}) as policy,
    cast(losses.loss_count as double) as measured_value,
    losses.loss_count as evidence_count,
    losses.loss_count as checked_count,
    cast(null as {{ kk_text_type() }}) as person_id,
    losses.opportunity_id
from losses
inner join rules
    on losses.loss_count >= rules.limit_value

with

opportunities as (
    select * from {{ ref('int_opportunities_dated') }}
),

models as (
    select * from {{ ref('attribution_models') }}
),

parts as (
    select * from {{ ref('int_attribution_parts_weighed') }}
),

touches as (
    select * from {{ ref('int_opportunity_touches_listed') }}
),

{# A deal that nobody touched before still shows up, under the channel nobody knows. #}
shared as (
    select
        opportunities.opportunity_id,
        models.model,
        parts.touch_number,
        coalesce(parts.part, 1) as part,
        sum(coalesce(parts.part, 1)) over (
            partition by opportunities.opportunity_id, models.model
        ) as part_sum,
        abs(opportunities.amount_jpy) as amount_size,
        case when opportunities.amount_jpy < 0 then -1 else 1 end as amount_sign
    from opportunities
    cross join models
    left join parts
        on
            opportunities.opportunity_id = parts.opportunity_id
            and models.model = parts.model
),

divided as (
    select
        *,
        {{ kk_divide_whole(
            kk_wide_integer('amount_size') ~ ' * part', kk_wide_integer('part_sum')
        ) }} as whole_yen
    from shared
),

{# Largest remainder: the yen left over go to the largest fractions, ties to the earlier touch. #}
ranked as (
    select
        *,
        row_number() over (
            partition by opportunity_id, model
            order by
                {{ kk_wide_integer('amount_size') }} * part
                - whole_yen * {{ kk_wide_integer('part_sum') }} desc,
                touch_number
        ) as remainder_rank,
        amount_size - sum(whole_yen) over (
            partition by opportunity_id, model
        ) as yen_left_over
    from divided
)

select
    ranked.opportunity_id,
    ranked.model,
    touches.touchpoint_id,
    touches.campaign_id,
    coalesce(touches.channel, '不明') as channel,
    touches.content,
    cast(ranked.part as double) / cast(ranked.part_sum as double) as weight,
    cast(
        ranked.amount_sign * (
            ranked.whole_yen
            + case when ranked.remainder_rank <= ranked.yen_left_over then 1 else 0 end
        ) as bigint
    ) as credit_jpy
from ranked
left join touches
    on
        ranked.opportunity_id = touches.opportunity_id
        and ranked.touch_number = touches.touch_number

{#-
    How often a path of touches went from one channel to the next, over all closed deals: from the
    start over the channels of a deal's touches to won or lost. A deal that nobody touched before
    has no path; it would make every channel matter less by the same share.
-#}
with

models as (
    select lookback_days
    from {{ ref('attribution_models') }}
    where model = 'data_driven'
),

closed_deals as (
    select
        opportunity_id,
        case when is_won then '(won)' else '(lost)' end as outcome
    from {{ ref('int_opportunities_dated') }}
    where is_closed
),

paths as (
    select
        touches.channel,
        closed_deals.outcome,
        lead(touches.channel) over (
            partition by touches.opportunity_id order by touches.touch_number
        ) as next_channel,
        row_number() over (
            partition by touches.opportunity_id order by touches.touch_number
        ) as place
    from {{ ref('int_opportunity_touches_listed') }} as touches
    inner join closed_deals
        on touches.opportunity_id = closed_deals.opportunity_id
    inner join models
        on
            touches.opportunity_created_at
            < {{ kk_plus_seconds('touches.occurred_at', 'models.lookback_days * 86400') }}
),

steps as (
    select
        '(start)' as from_state,
        channel as to_state
    from paths
    where place = 1
    union all
    select
        channel as from_state,
        coalesce(next_channel, outcome) as to_state
    from paths
)

select
    from_state,
    to_state,
    cast(count(*) as bigint) as step_count
from steps
group by from_state, to_state

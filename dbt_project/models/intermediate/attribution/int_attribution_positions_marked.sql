{#-
    The touches each model may credit, with their positions: first, last, and the touch at or last
    before the primary person's last MQL up to the deal's creation. A view, because it is every
    touch once per model, and one model reads it.
-#}
{{ config(materialized='view') }}
with

models as (
    select * from {{ ref('attribution_models') }}
),

touches as (
    select * from {{ ref('int_opportunity_touches_listed') }}
),

mqls as (
    select
        primary_persons.opportunity_id,
        max(transitions.happened_at) as mql_at
    from {{ ref('int_opportunity_primary_persons_chosen') }} as primary_persons
    inner join {{ ref('int_opportunities_dated') }} as opportunities
        on primary_persons.opportunity_id = opportunities.opportunity_id
    inner join {{ ref('int_stage_transitions_folded') }} as transitions
        on
            primary_persons.person_id = transitions.person_id
            and transitions.to_stage = 'MQL'
            and opportunities.created_at >= transitions.happened_at
    group by primary_persons.opportunity_id
),

eligible as (
    select
        touches.*,
        models.model,
        models.half_life_days,
        mqls.mql_at,
        touches.occurred_at <= coalesce(mqls.mql_at, {{ kk_beginning_of_time() }}) as is_by_mql
    from touches
    inner join models
        on
            touches.opportunity_created_at
            < {{ kk_plus_seconds('touches.occurred_at', 'models.lookback_days * 86400') }}
    left join mqls
        on touches.opportunity_id = mqls.opportunity_id
),

bounded as (
    select
        *,
        min(touch_number) over (partition by opportunity_id, model) as first_number,
        max(touch_number) over (partition by opportunity_id, model) as last_number,
        max(case when is_by_mql then touch_number end) over (
            partition by opportunity_id, model
        ) as mql_number
    from eligible
)

select
    opportunity_id,
    model,
    touchpoint_id,
    touch_number,
    occurred_at,
    opportunity_created_at,
    campaign_id,
    channel,
    content,
    half_life_days,
    touch_number = first_number as is_first,
    coalesce(touch_number = mql_number, false) as is_mql,
    touch_number = last_number as is_last,
    mql_number is not null as has_mql_touch
from bounded

{#-
    The touches each model may credit, with their positions: first, last, and the touch at or last
    before the primary person's last MQL up to the deal's creation; and with what their channel adds
    to winning. All of that is the same for models that look back equally far, so it is found once
    per look-back. A view, because it is every touch once per model, and one model reads it.
-#}
{{ config(materialized='view') }}
with

models as (
    select * from {{ ref('attribution_models') }}
),

lookbacks as (
    select distinct lookback_days from models
),

touches as (
    select
        opportunity_id,
        opportunity_created_at,
        touch_number,
        occurred_at,
        channel
    from {{ ref('int_opportunity_touches_listed') }}
),

channel_effects as (
    select
        channel,
        part
    from {{ ref('int_attribution_effects_measured') }}
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
        touches.opportunity_id,
        touches.touch_number,
        touches.occurred_at,
        lookbacks.lookback_days,
        coalesce(channel_effects.part, 0) as effect_part,
        touches.occurred_at <= coalesce(mqls.mql_at, {{ kk_beginning_of_time() }}) as is_by_mql
    from touches
    inner join lookbacks
        on
            touches.opportunity_created_at
            < {{ kk_plus_seconds('touches.occurred_at', 'lookbacks.lookback_days * 86400') }}
    left join channel_effects
        on touches.channel = channel_effects.channel
    left join mqls
        on touches.opportunity_id = mqls.opportunity_id
),

bounded as (
    select
        *,
        min(touch_number) over (partition by opportunity_id, lookback_days) as first_number,
        max(touch_number) over (partition by opportunity_id, lookback_days) as last_number,
        max(case when is_by_mql then touch_number end) over (
            partition by opportunity_id, lookback_days
        ) as mql_number,
        count(*) over (partition by opportunity_id, lookback_days) as touch_count,
        max(occurred_at) over (partition by opportunity_id, lookback_days) as last_occurred_at,
        max(effect_part) over (partition by opportunity_id, lookback_days) as best_effect_part
    from eligible
),

marked as (
    select
        *,
        touch_number = first_number as is_first,
        coalesce(touch_number = mql_number, false) as is_mql,
        touch_number = last_number as is_last,
        mql_number is not null as has_mql_touch,
        touch_count - case when first_number = last_number then 1 else 2 end as inner_count,
        case when first_number < mql_number and mql_number < last_number then 1 else 0 end
            as inner_mql_count
    from bounded
)

select
    marked.opportunity_id,
    models.model,
    marked.touch_number,
    marked.occurred_at,
    marked.last_occurred_at,
    marked.is_first,
    marked.is_mql,
    marked.is_last,
    marked.has_mql_touch,
    marked.inner_count,
    marked.inner_mql_count,
    marked.effect_part,
    marked.best_effect_part
from marked
inner join models
    on marked.lookback_days = models.lookback_days

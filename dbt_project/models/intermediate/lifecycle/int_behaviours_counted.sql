{#-
    The touchpoints that each behaviour condition counts, numbered in time. Where a condition
    counts visits, a touchpoint less than the gap after the one before belongs to its visit.
-#}
with

conditions as (
    select
        *,
        cast({{ kk_try_cast('value', 'double') }} as integer) as needed_count
    from {{ ref('int_rule_conditions_listed') }}
    where operator = '>='
),

touchpoints as (
    select * from {{ ref('int_touchpoints_deduplicated') }}
),

kinds_followed as (
    select
        *,
        lag(occurred_at) over (
            partition by person_id, kind
            order by occurred_at, source_system, source_id, touchpoint_id
        ) as previous_at
    from touchpoints
)

select
    kinds_followed.person_id,
    conditions.purpose,
    conditions.rule_id,
    conditions.condition_number,
    conditions.needed_count,
    conditions.window_days,
    conditions.points,
    conditions.is_per_event,
    conditions.valid_from,
    conditions.valid_until,
    kinds_followed.touchpoint_id,
    kinds_followed.source_id,
    kinds_followed.occurred_at,
    row_number() over (
        partition by
            kinds_followed.person_id,
            conditions.purpose,
            conditions.rule_id,
            conditions.condition_number
        order by
            kinds_followed.occurred_at,
            kinds_followed.source_system,
            kinds_followed.source_id,
            kinds_followed.touchpoint_id
    ) as event_number
from kinds_followed
inner join conditions
    on kinds_followed.kind = conditions.measure
where
    conditions.session_gap_minutes is null
    or kinds_followed.previous_at is null
    or {{ kk_plus_seconds('kinds_followed.previous_at', 'conditions.session_gap_minutes * 60') }}
    <= kinds_followed.occurred_at

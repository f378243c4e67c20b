{#-
    The stages a person went through: the events in their order, each judged by the stage reached
    before it. A lower or equal rank changes nothing; from the NG moment on only deals do; a
    return to nurturing sets the rank back to Prospect, and the next MQL must be its own.
-#}
with recursive

events as (
    select * from {{ ref('int_stage_events_ordered') }}
),

folded (
    person_id, event_number, stage, is_ng, mql_at, recycled_at,
    from_stage, to_stage, happened_at, rule_id, evidence, has_moved
) as (
    select distinct
        person_id,
        cast(0 as bigint) as event_number,
        cast('' as {{ kk_text_type() }}) as stage,
        false as is_ng,
        cast(null as {{ kk_instant_type() }}) as mql_at,
        cast(null as {{ kk_instant_type() }}) as recycled_at,
        cast(null as {{ kk_text_type() }}) as from_stage,
        cast(null as {{ kk_text_type() }}) as to_stage,
        cast(null as {{ kk_instant_type() }}) as happened_at,
        cast(null as {{ kk_text_type() }}) as rule_id,
        cast(null as {{ kk_text_type() }}) as evidence,
        false as has_moved
    from events

    union all

    select
        person_id,
        event_number,
        case when moves then to_stage else stage end as stage,
        is_ng or to_stage = 'NG' as is_ng,
        case when moves and to_stage = 'MQL' then happened_at else mql_at end as mql_at,
        case
            when moves and to_stage = 'Recycled' then happened_at else recycled_at
        end as recycled_at,
        stage as from_stage,
        to_stage,
        happened_at,
        rule_id,
        evidence,
        moves as has_moved
    from (
        select
            folded.person_id,
            events.event_number,
            folded.stage,
            folded.is_ng,
            folded.mql_at,
            folded.recycled_at,
            events.to_stage,
            events.happened_at,
            events.rule_id,
            events.evidence,
            {{ stage_moves('folded', 'events') }} as moves
        from folded
        inner join events
            on
                folded.person_id = events.person_id
                and folded.event_number + 1 = events.event_number
    ) as judged
)

select
    person_id,
    row_number() over (
        partition by person_id
        order by event_number
    ) as transition_number,
    nullif(from_stage, '') as from_stage,
    to_stage,
    happened_at,
    rule_id,
    evidence,
    is_ng
from folded
where has_moved

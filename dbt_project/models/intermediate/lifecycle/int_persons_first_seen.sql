{#- The earliest instant of a person over source records and touchpoints, and who told it. -#}
with

persons as (
    select person_id from {{ ref('int_persons_survived') }}
),

person_records as (
    select
        person_sources.person_id,
        records.record_key as evidence,
        records.created_at as seen_at
    from {{ ref('int_person_records_unioned') }} as records
    inner join {{ ref('int_person_sources_assigned') }} as person_sources
        on records.record_key = person_sources.record_key
    where records.created_at is not null
),

touchpoints as (
    select * from {{ ref('int_touchpoints_deduplicated') }}
),

unioned as (
    select * from person_records
    union all
    select
        person_id,
        touchpoint_id as evidence,
        occurred_at as seen_at
    from touchpoints
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id
            order by seen_at, evidence
        ) as seen_rank
    from unioned
),

{# Order of touches wherever the first marketing touch is asked for. #}
marketing_touches as (
    select
        person_id,
        touchpoint_id,
        channel,
        row_number() over (
            partition by person_id
            order by occurred_at, source_system, source_id, touchpoint_id
        ) as touch_rank
    from touchpoints
    where is_marketing
),

last_touches as (
    select
        person_id,
        max(occurred_at) as last_touch_at
    from touchpoints
    group by person_id
)

select
    persons.person_id,
    ranked.seen_at as first_seen_at,
    ranked.evidence as first_seen_evidence,
    last_touches.last_touch_at,
    marketing_touches.touchpoint_id as first_marketing_touchpoint_id,
    coalesce(marketing_touches.channel, '不明') as first_channel
from persons
left join ranked
    on persons.person_id = ranked.person_id and ranked.seen_rank = 1
left join last_touches
    on persons.person_id = last_touches.person_id
left join marketing_touches
    on persons.person_id = marketing_touches.person_id and marketing_touches.touch_rank = 1

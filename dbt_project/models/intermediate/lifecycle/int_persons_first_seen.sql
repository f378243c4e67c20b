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

first_instants as (
    select
        person_id,
        min(seen_at) as seen_at
    from unioned
    group by person_id
),

first_evidence as (
    select
        unioned.person_id,
        unioned.seen_at,
        min(unioned.evidence) as evidence
    from unioned
    inner join first_instants
        on
            unioned.person_id = first_instants.person_id
            and unioned.seen_at = first_instants.seen_at
    group by unioned.person_id, unioned.seen_at
),

ends as (
    select
        person_id,
        min(case when is_marketing then occurred_at end) as first_marketing_touch_at,
        max(occurred_at) as last_touch_at
    from touchpoints
    group by person_id
),

{# Order of touches wherever the first marketing touch is asked for; only ties are ordered. #}
marketing_touches as (
    select
        touchpoints.person_id,
        touchpoints.touchpoint_id,
        touchpoints.channel,
        row_number() over (
            partition by touchpoints.person_id
            order by touchpoints.source_system, touchpoints.source_id, touchpoints.touchpoint_id
        ) as touch_rank
    from touchpoints
    inner join ends
        on
            touchpoints.person_id = ends.person_id
            and touchpoints.occurred_at = ends.first_marketing_touch_at
    where touchpoints.is_marketing
)

select
    persons.person_id,
    first_evidence.seen_at as first_seen_at,
    first_evidence.evidence as first_seen_evidence,
    ends.last_touch_at,
    marketing_touches.touchpoint_id as first_marketing_touchpoint_id,
    coalesce(marketing_touches.channel, '不明') as first_channel
from persons
left join first_evidence
    on persons.person_id = first_evidence.person_id
left join ends
    on persons.person_id = ends.person_id
left join marketing_touches
    on persons.person_id = marketing_touches.person_id and marketing_touches.touch_rank = 1

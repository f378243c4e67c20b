-- Each transition starts from the stage the one before it reached, never before it in time, never
-- to where the person already was, and the last one is the stage that is shown.
with

followed as (
    select
        *,
        lag(to_stage) over (
            partition by person_id
            order by transition_number
        ) as previous_stage,
        lag(happened_at) over (
            partition by person_id
            order by transition_number
        ) as previous_at,
        max(transition_number) over (partition by person_id) as last_number
    from {{ ref('stage_transitions') }}
)

select
    followed.person_id,
    followed.transition_number,
    followed.from_stage,
    followed.to_stage,
    followed.happened_at,
    lifecycle.stage
from followed
inner join {{ ref('int_person_lifecycle') }} as lifecycle
    on followed.person_id = lifecycle.person_id
where
    coalesce(followed.from_stage, '') <> coalesce(followed.previous_stage, '')
    or followed.happened_at < followed.previous_at
    or followed.from_stage = followed.to_stage
    or followed.happened_at > {{ as_of() }}
    or (
        followed.transition_number = followed.last_number
        and followed.to_stage <> lifecycle.stage
    )

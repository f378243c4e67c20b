-- Sales trusts only a score it can open: the parts of a person must add up to the score shown.
with

parts as (
    select
        person_id,
        sum(points) as points
    from {{ ref('score_parts') }}
    group by person_id
)

select
    lifecycle.person_id,
    lifecycle.score,
    parts.points
from {{ ref('int_person_lifecycle') }} as lifecycle
full outer join parts
    on lifecycle.person_id = parts.person_id
where
    lifecycle.person_id is null
    or lifecycle.score <> coalesce(parts.points, 0)

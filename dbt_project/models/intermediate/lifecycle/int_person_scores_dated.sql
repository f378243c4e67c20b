{#- The score over time: it changes where a scoring rule begins or ends to hold. -#}
with

spans as (
    {{ scoring_spans() }}
),

changes as (
    select
        person_id,
        held_from as changed_at,
        points as points_change
    from spans
    union all
    select
        person_id,
        held_until as changed_at,
        -points as points_change
    from spans
),

summed as (
    select
        person_id,
        changed_at,
        sum(points_change) as points_change
    from changes
    group by person_id, changed_at
)

select
    person_id,
    changed_at as held_from,
    coalesce(
        lead(changed_at) over (
            partition by person_id
            order by changed_at
        ), {{ kk_end_of_time() }}
    ) as held_until,
    cast(
        sum(points_change) over (
            partition by person_id
            order by changed_at
            rows between unbounded preceding and current row
        ) as integer
    ) as score
from summed
where changed_at < {{ kk_end_of_time() }}

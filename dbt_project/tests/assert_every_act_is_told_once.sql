-- Two touchpoints of the same person, kind and content lie more than the agreed minutes apart.
with

kinds as (
    select
        kind,
        max(same_act_minutes) as same_act_minutes
    from {{ ref('touchpoint_kinds') }}
    where kind is not null
    group by kind
),

followed as (
    select
        *,
        lag(occurred_at) over (
            partition by person_id, kind, coalesce(content, '')
            order by occurred_at, source_system, source_id
        ) as previous_at
    from {{ ref('touchpoints') }}
)

select
    followed.touchpoint_id,
    followed.previous_at,
    followed.occurred_at
from followed
inner join kinds
    on followed.kind = kinds.kind
where
    followed.occurred_at > {{ as_of() }}
    or followed.occurred_at
    <= {{ kk_plus_seconds('followed.previous_at', 'kinds.same_act_minutes * 60') }}

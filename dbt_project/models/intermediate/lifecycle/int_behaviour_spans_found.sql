{#-
    When a condition "at least n touchpoints in (t - window, t]" holds. It holds from the n-th
    touchpoint on until the earliest of those n leaves the window, which is when its age is
    exactly the window. Each touchpoint opens a span that ends at the next one at the latest,
    so the spans of a rule never overlap; only per-event rules add up.
-#}
with

events as (
    select * from {{ ref('int_behaviours_counted') }}
),

completed as (
    select
        latest.*,
        case
            when latest.window_days is null then {{ kk_end_of_time() }}
            else {{ kk_plus_seconds('earliest.occurred_at', 'latest.window_days * 86400') }}
        end as leaves_window_at,
        lead(latest.occurred_at) over (
            partition by
                latest.person_id, latest.purpose, latest.rule_id, latest.condition_number
            order by latest.event_number
        ) as next_event_at
    from events as latest
    inner join events as earliest
        on
            latest.person_id = earliest.person_id
            and latest.purpose = earliest.purpose
            and latest.rule_id = earliest.rule_id
            and latest.condition_number = earliest.condition_number
            and latest.event_number - latest.needed_count + 1 = earliest.event_number
),

bounded as (
    select
        person_id,
        purpose,
        rule_id,
        condition_number,
        points,
        greatest(occurred_at, valid_from) as held_from,
        least(
            leaves_window_at,
            valid_until,
            case when not is_per_event then next_event_at end
        ) as held_until
    from completed
)

select * from bounded
where held_from < held_until

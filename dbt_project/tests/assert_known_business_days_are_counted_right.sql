-- Days whose business time everybody knows: a plain Friday, the weekend after it, Monday 2026-09-21
-- (敬老の日), the day off for a holiday on a Sunday (2026-05-06) and New Year's Day. A failure means
-- that every business clock is wrong.
with

known as (
    select
        cast('2026-09-18' as date) as day_on,
        32400 as business_seconds
    union all
    select
        cast('2026-09-19' as date) as day_on,
        0 as business_seconds
    union all
    select
        cast('2026-09-20' as date) as day_on,
        0 as business_seconds
    union all
    select
        cast('2026-09-21' as date) as day_on,
        0 as business_seconds
    union all
    select
        cast('2026-05-06' as date) as day_on,
        0 as business_seconds
    union all
    select
        cast('2027-01-01' as date) as day_on,
        0 as business_seconds
),

days as (
    select
        *,
        lag(business_seconds_before + business_seconds) over (
            order by day_on
        ) as seconds_by_yesterday
    from {{ ref('int_business_days_counted') }}
)

select
    known.day_on,
    known.business_seconds as known_seconds,
    days.business_seconds,
    days.opens_at
from known
left join days
    on known.day_on = days.day_on
where
    days.day_on is null
    or days.business_seconds <> known.business_seconds
    or {{ kk_seconds_between('days.starts_at', 'days.opens_at') }} <> 32400
    or days.business_seconds_before <> days.seconds_by_yesterday

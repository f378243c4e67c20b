{#-
    Every Tokyo day with the business seconds before it: Monday to Friday, 09:00 to 18:00, without
    public holidays and the company's own. Two look-ups give the business time between instants.
    It begins in 1900, the earliest date that a spreadsheet invents, and reaches to 2064.
-#}
with

digits as (
    select 0 as digit
    {% for digit in range(1, 10) %}
    union all
    select {{ digit }} as digit
    {% endfor %}
),

days as (
    select
        {{ kk_plus_days(
            "cast('1900-01-01' as date)",
            'ten_thousands.digit * 10000 + thousands.digit * 1000 + hundreds.digit * 100'
            ~ ' + tens.digit * 10 + ones.digit'
        ) }} as day_on
    from digits as ten_thousands
    cross join digits as thousands
    cross join digits as hundreds
    cross join digits as tens
    cross join digits as ones
    where ten_thousands.digit < 6
),

holidays as (
    select holiday_on from {{ ref('japanese_holidays') }}
    union
    select holiday_on from {{ ref('company_holidays') }}
),

judged as (
    select
        days.day_on,
        case
            when holidays.holiday_on is not null then 0
            when
                days.day_on
                >= {{ kk_plus_days("cast(date_trunc('week', days.day_on) as date)", 5) }}
                then 0
            else 9 * 3600
        end as business_seconds
    from days
    left join holidays
        on days.day_on = holidays.holiday_on
)

select
    day_on,
    {{ kk_tokyo_midnight('day_on') }} as starts_at,
    {{ kk_plus_seconds(kk_tokyo_midnight('day_on'), '9 * 3600') }} as opens_at,
    business_seconds,
    cast(
        coalesce(
            sum(business_seconds) over (
                order by day_on
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as bigint
    ) as business_seconds_before
from judged

{#-
    One row per clock that started: a cycle's MQL or hand-off by sla_policies.csv, due on the
    policy's calendar, with its state at as_of. An excuse counts when it came before the clock was
    met and not after it was due. Hours have two decimals: hundredths of an hour are 36 seconds, and
    a quotient by 36 is exact at its halves, where one by 3600 falls to either side.
-#}
with

policies as (
    select * from {{ ref('sla_policies') }}
),

cycles as (
    select * from {{ ref('int_person_cycles_measured') }}
),

business_days as (
    select * from {{ ref('int_business_days_counted') }}
),

{# Open days are all nine hours long, so the one in which a sum of seconds ends has a number. #}
open_days as (
    select
        opens_at,
        business_seconds_before,
        cast(business_seconds_before / (9 * 3600) as bigint) as open_days_before
    from business_days
    where business_seconds > 0
),

excuses as (
    select * from {{ ref('int_sla_excuses_listed') }}
),

started as (
    select
        cycles.person_id,
        cycles.cycle_number,
        cycles.is_current,
        cycles.handed_to_user_id_salesforce,
        policies.policy,
        policies.calendar,
        policies.limit_hours * 3600 as limit_seconds,
        case policies.starts_at
            when 'mql_at' then cycles.mql_at
            when 'handed_at' then cycles.handed_at
        end as started_at,
        case policies.met_by
            when 'handed_at' then cycles.handed_at
            when 'first_contact_at' then cycles.first_contact_at
            when 'feedback_at' then cycles.feedback_at
        end as met_at
    from cycles
    cross join policies
),

counted as (
    select
        started.*,
        {{ business_seconds_until('started.started_at', 'start_days') }} as seconds_at_start,
        {{ business_seconds_until(
            'coalesce(started.met_at, ' ~ as_of() ~ ')', 'end_days'
        ) }} as seconds_at_end
    from started
    left join business_days as start_days
        on {{ kk_tokyo_date('started.started_at') }} = start_days.day_on
    left join business_days as end_days
        on {{ kk_tokyo_date('coalesce(started.met_at, ' ~ as_of() ~ ')') }} = end_days.day_on
    where started.started_at is not null
),

due as (
    select
        counted.*,
        case
            when counted.calendar = 'business'
                then {{ kk_plus_seconds(
                    'open_days.opens_at',
                    'counted.seconds_at_start + counted.limit_seconds'
                    ~ ' - open_days.business_seconds_before'
                ) }}
            else {{ kk_plus_seconds('counted.started_at', 'counted.limit_seconds') }}
        end as due_at
    from counted
    left join open_days
        on
            counted.calendar = 'business'
            and cast(
                ceil((counted.seconds_at_start + counted.limit_seconds) / (9 * 3600)) as bigint
            ) - 1
            = open_days.open_days_before
),

excused as (
    select
        due.person_id,
        due.cycle_number,
        due.policy,
        min(excuses.excused_at) as excused_at
    from due
    inner join excuses
        on
            due.person_id = excuses.person_id
            and (excuses.policy is null or due.policy = excuses.policy)
            and due.due_at >= excuses.excused_at
            and (due.met_at is null or due.met_at > excuses.excused_at)
    group by due.person_id, due.cycle_number, due.policy
)

select
    due.person_id,
    due.policy,
    due.cycle_number,
    due.is_current,
    due.started_at,
    due.due_at,
    due.met_at,
    case
        when excused.excused_at is not null then 'excused'
        when due.met_at <= due.due_at then 'met'
        when due.met_at > due.due_at or due.due_at < {{ as_of() }} then 'breached'
        else 'running'
    end as status,
    due.handed_to_user_id_salesforce,
    round(
        {{ kk_seconds_between('due.started_at', 'coalesce(due.met_at, ' ~ as_of() ~ ')') }} / 36
    ) / 100 as elapsed_hours,
    round((due.seconds_at_end - due.seconds_at_start) / 36) / 100 as business_hours
from due
left join excused
    on
        due.person_id = excused.person_id
        and due.cycle_number = excused.cycle_number
        and due.policy = excused.policy

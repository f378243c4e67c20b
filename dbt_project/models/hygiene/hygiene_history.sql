{#-
    Week by week what each rule found, what is gone since the last Friday before it and what is
    new. Earlier weeks come from the memory, the week of as_of from today's findings, so that
    the table is complete whether or not this Friday was remembered already.
-#}
with

past_checks as (
    {{ remembered(
        source('last_friday', 'remembered_checks'), ['week_start_on', 'rule_id', 'checked']
    ) }}
),

past_sightings as (
    {{ remembered(
        source('last_friday', 'remembered_sightings'), ['week_start_on', 'rule_id', 'finding_id']
    ) }}
),

checks as (
    select * from past_checks
    where week_start_on < {{ kk_week_start_on(as_of()) }}
    union all
    select
        {{ kk_week_start_on(as_of()) }} as week_start_on,
        rule_id,
        checked
    from {{ ref('hygiene_checks_counted') }}
),

sightings as (
    select * from past_sightings
    where week_start_on < {{ kk_week_start_on(as_of()) }}
    union all
    select
        {{ kk_week_start_on(as_of()) }} as week_start_on,
        rule_id,
        finding_id
    from {{ ref('hygiene_findings_unioned') }}
),

weeks as (
    select
        week_start_on,
        lag(week_start_on) over (order by week_start_on) as previous_week_on
    from (select distinct week_start_on from checks) as distinct_weeks
),

found as (
    select
        sightings.week_start_on,
        sightings.rule_id,
        count(*) as failed,
        count(case when earlier.finding_id is null then 1 end) as new_since_last
    from sightings
    inner join weeks
        on sightings.week_start_on = weeks.week_start_on
    left join sightings as earlier
        on
            weeks.previous_week_on = earlier.week_start_on
            and sightings.finding_id = earlier.finding_id
    group by sightings.week_start_on, sightings.rule_id
),

gone as (
    select
        weeks.week_start_on,
        earlier.rule_id,
        count(*) as fixed_since_last
    from sightings as earlier
    inner join weeks
        on earlier.week_start_on = weeks.previous_week_on
    left join sightings
        on
            weeks.week_start_on = sightings.week_start_on
            and earlier.finding_id = sightings.finding_id
    where sightings.finding_id is null
    group by weeks.week_start_on, earlier.rule_id
)

select
    checks.week_start_on,
    checks.rule_id,
    cast(checks.checked as integer) as checked,
    cast(coalesce(found.failed, 0) as integer) as failed,
    cast(coalesce(gone.fixed_since_last, 0) as integer) as fixed_since_last,
    cast(coalesce(found.new_since_last, 0) as integer) as new_since_last
from checks
left join found
    on checks.week_start_on = found.week_start_on and checks.rule_id = found.rule_id
left join gone
    on checks.week_start_on = gone.week_start_on and checks.rule_id = gone.rule_id

with

first_seen as (
    select * from {{ ref('int_persons_first_seen') }}
),

test_persons as (
    select person_id
    from {{ ref('int_persons_ng_judged') }}
    where ng_reason = 'test_data'
),

stage_firsts as (
    select
        person_id,
        to_stage,
        min(happened_at) as happened_at
    from {{ ref('int_stage_transitions_folded') }}
    where to_stage in ('MQL', 'SQL')
    group by person_id, to_stage
),

opportunities as (
    select
        opportunities.*,
        coalesce(first_seen.first_channel, '不明') as channel
    from {{ ref('opportunities') }} as opportunities
    left join first_seen
        on opportunities.primary_person_id = first_seen.person_id
),

facts as (
    select
        {{ kk_week_start_on('first_seen.first_seen_at') }} as week_start_on,
        first_seen.first_channel as channel,
        'leads' as metric,
        1 as amount
    from first_seen
    left join test_persons
        on first_seen.person_id = test_persons.person_id
    where test_persons.person_id is null and first_seen.first_seen_at is not null
    union all
    select
        {{ kk_week_start_on('stage_firsts.happened_at') }} as week_start_on,
        first_seen.first_channel as channel,
        case stage_firsts.to_stage when 'MQL' then 'mqls' else 'sqls' end as metric,
        1 as amount
    from stage_firsts
    inner join first_seen
        on stage_firsts.person_id = first_seen.person_id
    union all
    select
        {{ kk_week_start_on('created_at') }} as week_start_on,
        channel,
        'opportunities' as metric,
        1 as amount
    from opportunities
    union all
    select
        {{ kk_week_start_on('closed_at') }} as week_start_on,
        channel,
        'wins' as metric,
        1 as amount
    from opportunities
    where is_won
    union all
    select
        {{ kk_week_start_on('closed_at') }} as week_start_on,
        channel,
        'won_jpy' as metric,
        coalesce(amount_jpy, 0) as amount
    from opportunities
    where is_won
),

{# Every week since the first lead shows every channel, so that a quiet week reads as zero. #}
first_weeks as (
    select min(week_start_on) as week_start_on
    from facts
    where metric = 'leads'
),

weeks as (
    select distinct cast(date_trunc('week', days.day_on) as date) as week_start_on
    from {{ ref('int_business_days_counted') }} as days
    inner join first_weeks
        on days.day_on between first_weeks.week_start_on and {{ kk_tokyo_date(as_of()) }}
    union
    select week_start_on
    from facts
),

channels as (
    select distinct channel
    from {{ ref('touchpoint_kinds') }}
    where channel is not null and channel <> 'sales'
    union
    select '不明' as channel
    union
    select channel
    from facts
)

select
    weeks.week_start_on,
    channels.channel,
    cast(coalesce(sum(case when facts.metric = 'leads' then facts.amount end), 0) as integer)
        as leads,
    cast(coalesce(sum(case when facts.metric = 'mqls' then facts.amount end), 0) as integer)
        as mqls,
    cast(coalesce(sum(case when facts.metric = 'sqls' then facts.amount end), 0) as integer)
        as sqls,
    cast(
        coalesce(sum(case when facts.metric = 'opportunities' then facts.amount end), 0)
        as integer
    ) as opportunities,
    cast(coalesce(sum(case when facts.metric = 'wins' then facts.amount end), 0) as integer)
        as wins,
    cast(coalesce(sum(case when facts.metric = 'won_jpy' then facts.amount end), 0) as bigint)
        as won_jpy
from weeks
cross join channels
left join facts
    on
        weeks.week_start_on = facts.week_start_on
        and channels.channel = facts.channel
where weeks.week_start_on is not null
group by weeks.week_start_on, channels.channel

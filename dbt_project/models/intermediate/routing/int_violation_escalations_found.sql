{#-
    Clocks broken too often: by policy, for each rep and for everybody together, over the last
    whole week (Monday to Sunday in Tokyo, by due_at). One row per broken clock that shows it.
-#}
with

rules as (
    select * from {{ ref('escalation_rules') }}
    where measure = 'violation_rate'
),

clocks as (
    select *
    from {{ ref('sla_clocks') }}
    where
        status in ('met', 'breached')
        and {{ kk_week_start_on('due_at') }}
        = {{ kk_plus_days(kk_week_start_on(as_of()), -7) }}
),

by_subject as (
    select
        'rep' as subject_kind,
        owner_user_id_salesforce as subject,
        policy,
        person_id,
        status
    from clocks
    where owner_user_id_salesforce is not null
    union all
    select
        'everybody' as subject_kind,
        'everybody' as subject,
        policy,
        person_id,
        status
    from clocks
),

counted as (
    select
        *,
        count(*) over (partition by subject_kind, subject, policy) as checked_count,
        sum(case when status = 'breached' then 1 else 0 end) over (
            partition by subject_kind, subject, policy
        ) as broken_count
    from by_subject
)

select
    rules.rule_id,
    counted.subject_kind,
    counted.subject,
    counted.policy,
    round(cast(counted.broken_count as double) / counted.checked_count, 4) as measured_value,
    cast(counted.broken_count as bigint) as evidence_count,
    counted.checked_count,
    counted.person_id,
    cast(null as {{ kk_text_type() }}) as opportunity_id
from counted
inner join rules
    on counted.broken_count > rules.limit_value * counted.checked_count
where counted.status = 'breached'

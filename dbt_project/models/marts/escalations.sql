with

escalations as (
    select distinct
        escalation_id,
        rule_id,
        subject_kind,
        subject,
        policy,
        measured_value,
        evidence_count,
        checked_count
    from {{ ref('int_escalations_unioned') }}
),

rules as (
    select * from {{ ref('escalation_rules') }}
)

select
    escalations.escalation_id,
    escalations.rule_id,
    rules.rule_name_ja,
    escalations.subject_kind,
    escalations.subject,
    escalations.policy,
    rules.measure,
    escalations.measured_value,
    rules.limit_value,
    cast(escalations.evidence_count as bigint) as evidence_count,
    cast(escalations.checked_count as bigint) as checked_count,
    rules.consequence,
    rules.consequence_ja,
    case
        when rules.consequence = 'improvement_plan'
            then {{ kk_plus_days(kk_week_start_on(as_of()), 11) }}
    end as due_on,
    {{ as_of() }} as observed_at
from escalations
inner join rules
    on escalations.rule_id = rules.rule_id

{#- Everything that is beyond a limit of escalation_rules.csv, one row per record that shows it. -#}
{%- set columns = [
    'rule_id', 'subject_kind', 'subject', 'policy', 'measured_value', 'evidence_count',
    'checked_count', 'person_id', 'opportunity_id',
] | join(', ') -%}
with

unioned as (
    select {{ columns }} from {{ ref('int_rep_escalations_found') }}
    union all
    select {{ columns }} from {{ ref('int_violation_escalations_found') }}
    union all
    select {{ columns }} from {{ ref('int_loss_escalations_found') }}
)

select
    'escalation_' || substr(md5(
        rule_id || '|' || subject_kind || '|' || subject || '|' || coalesce(policy, '')
    ), 1, 24) as escalation_id,
    *
from unioned

{#-
    Reps who leave leads waiting: more untouched leads than the limit, or one that waits longer.
    One row per rule, rep and lead that shows it.
-#}
with

rules as (
    select * from {{ ref('escalation_rules') }}
    where measure in ('untouched_leads', 'untouched_hours')
),

reps as (
    select distinct user_id_salesforce
    from {{ ref('int_sales_users_matched') }}
),

waiting as (
    select leads.*
    from {{ ref('int_uncontacted_leads_listed') }} as leads
    inner join reps
        on leads.owner_user_id_salesforce = reps.user_id_salesforce
),

{# A rule on hours looks at the leads beyond it, a rule on their number at all untouched ones. #}
shown as (
    select
        rules.rule_id,
        rules.measure,
        rules.limit_value,
        waiting.person_id,
        waiting.owner_user_id_salesforce,
        waiting.waiting_hours,
        count(*) over (
            partition by rules.rule_id, waiting.owner_user_id_salesforce
        ) as lead_count,
        max(waiting.waiting_hours) over (
            partition by rules.rule_id, waiting.owner_user_id_salesforce
        ) as longest_hours
    from rules
    inner join waiting
        on
            (rules.measure = 'untouched_leads' and waiting.is_untouched)
            or (rules.measure = 'untouched_hours' and rules.limit_value < waiting.waiting_hours)
)

select
    rule_id,
    'rep' as subject_kind,
    owner_user_id_salesforce as subject,
    cast(null as {{ kk_text_type() }}) as policy,
    case
        when measure = 'untouched_leads' then cast(lead_count as double)
        else round(longest_hours, 2)
    end as measured_value,
    lead_count as evidence_count,
    lead_count as checked_count,
    person_id,
    cast(null as {{ kk_text_type() }}) as opportunity_id
from shown
where measure = 'untouched_hours' or lead_count > limit_value

{#-
    Who can be given a lead at as_of, team by team, and who cannot and why: inactive in Salesforce,
    absent today, or stopped by an escalation.
-#}
with

members as (
    select
        user_id_salesforce,
        team
    from {{ ref('int_sales_users_matched') }}
    where team is not null
),

users as (
    select * from {{ ref('stg_salesforce__users') }}
),

absent_reps as (
    select distinct users.user_id_salesforce
    from users
    inner join {{ ref('rep_absences') }} as absences
        on
            left(users.user_id_salesforce, 15) = left(trim(absences.rep), 15)
            or lower(trim(users.user_email)) = lower(trim(absences.rep))
    where
        {{ kk_tokyo_date(as_of()) }}
        between absences.absent_from_on and absences.absent_until_on
),

stopped_reps as (
    select distinct escalations.subject as user_id_salesforce
    from {{ ref('int_escalations_unioned') }} as escalations
    inner join {{ ref('escalation_rules') }} as rules
        on escalations.rule_id = rules.rule_id
    where escalations.subject_kind = 'rep' and rules.consequence = 'allocation_stopped'
)

select
    members.team,
    members.user_id_salesforce,
    case
        when not users.is_active then 'inactive'
        when absent_reps.user_id_salesforce is not null then 'absent'
        when stopped_reps.user_id_salesforce is not null then 'stopped'
    end as unavailable_because
from members
inner join users
    on members.user_id_salesforce = users.user_id_salesforce
left join absent_reps
    on members.user_id_salesforce = absent_reps.user_id_salesforce
left join stopped_reps
    on members.user_id_salesforce = stopped_reps.user_id_salesforce

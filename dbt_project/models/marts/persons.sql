with

survived as (
    select * from {{ ref('int_persons_survived') }}
),

lifecycle as (
    select * from {{ ref('int_person_lifecycle') }}
),

employers as (
    select * from {{ ref('int_person_employers_reasoned') }}
)

select
    survived.person_id,
    survived.account_id,
    survived.full_name,
    survived.email,
    survived.phone_e164,
    survived.company_name,
    survived.title,
    survived.title_rank,
    survived.department,
    survived.prefecture,
    lifecycle.stage,
    lifecycle.stage_reason,
    cast(lifecycle.score as integer) as score,
    lifecycle.score_label,
    lifecycle.is_ng,
    lifecycle.ng_reason,
    survived.has_opted_out,
    lifecycle.is_untouched,
    lifecycle.is_dormant,
    survived.owner_user_id_salesforce,
    lifecycle.first_seen_at,
    lifecycle.last_touch_at,
    survived.source_count,
    survived.family_name,
    survived.given_name,
    survived.mobile_e164,
    survived.industry,
    survived.employee_count,
    survived.is_decision_maker,
    survived.competitor_in_use,
    lifecycle.ng_at,
    lifecycle.mql_at,
    lifecycle.handed_at,
    lifecycle.first_contact_at,
    employers.account_match_reason
from survived
inner join lifecycle
    on survived.person_id = lifecycle.person_id
left join employers
    on survived.person_id = employers.person_id

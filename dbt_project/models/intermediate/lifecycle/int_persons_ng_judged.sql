{#-
    Who is not a lead, why and since when: the first row of ng_rules.csv that matches, by
    priority. What sales rejected is NG from that judgement on, everybody else from the start.
-#}
with

rules as (
    select * from {{ ref('ng_rules') }}
),

persons as (
    select * from {{ ref('int_ng_traits_gathered') }}
),

matched as (
    select
        persons.person_id,
        rules.priority,
        rules.ng_reason,
        rules.condition,
        case
            when rules.condition = 'latest_sales_feedback_in' then persons.latest_feedback_at
            else persons.first_seen_at
        end as ng_at,
        case
            when rules.condition = 'latest_sales_feedback_in' then persons.latest_feedback_record
            when rules.condition = 'account_won_before_first_seen' then persons.won_opportunity_key
            else persons.first_seen_evidence
        end as evidence
    from persons
    inner join rules
        on
            (rules.condition = 'name_in_list' and persons.has_test_name)
            or (rules.condition = 'mail_domain_in_list' and persons.has_test_domain)
            or (
                rules.condition = 'title_in'
                and {{ is_listed('persons.title', 'rules.value') }}
            )
            or (
                rules.condition = 'mail_under_without_title'
                and persons.has_school_mail
                and persons.title is null
            )
            or (rules.condition = 'on_list' and persons.is_competitor)
            or (rules.condition = 'free_mail_without_company' and persons.is_private_person)
            or (
                rules.condition = 'account_won_before_first_seen'
                and persons.won_opportunity_key is not null
            )
            or (
                rules.condition = 'latest_sales_feedback_in'
                and {{ is_listed('persons.latest_feedback', 'rules.value') }}
            )
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id
            order by priority
        ) as match_rank
    from matched
)

select
    person_id,
    ng_reason,
    coalesce(ng_at, {{ as_of() }}) as ng_at,
    condition as ng_condition,
    evidence
from ranked
where match_rank = 1

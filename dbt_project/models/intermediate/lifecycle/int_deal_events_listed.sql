{#-
    What deals do to the stage of their persons: each creation is an Opportunity, each won close
    a Won, and a lost close a Lost only when no deal of the person is then open or won.
-#}
with

deals as (
    select * from {{ ref('int_person_deals_listed') }}
),

lost_closings as (
    select
        lost.person_id,
        lost.opportunity_id_salesforce,
        lost.closed_at
    from deals as lost
    left join deals as others
        on
            lost.person_id = others.person_id
            and lost.closed_at >= others.created_at
            and (
                others.closed_at is null
                or lost.closed_at < others.closed_at
                or others.is_won
            )
    where lost.is_closed and not lost.is_won and others.person_id is null
),

unioned as (
    select
        person_id,
        created_at as happened_at,
        'Opportunity' as to_stage,
        'opportunity_created' as rule_id,
        opportunity_id_salesforce
    from deals
    union all
    select
        person_id,
        closed_at as happened_at,
        'Won' as to_stage,
        'opportunity_won' as rule_id,
        opportunity_id_salesforce
    from deals
    where is_won
    union all
    select
        person_id,
        closed_at as happened_at,
        'Lost' as to_stage,
        'opportunity_lost' as rule_id,
        opportunity_id_salesforce
    from lost_closings
)

select
    person_id,
    happened_at,
    to_stage,
    rule_id,
    'salesforce:opportunity:' || opportunity_id_salesforce as evidence,
    'salesforce' as source_system
from unioned

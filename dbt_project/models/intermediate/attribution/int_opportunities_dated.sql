{#- Deals as they stood at as_of, each closed one with the instant of its close. -#}
with

opportunities as (
    select * from {{ ref('stg_salesforce__opportunities') }}
    where not is_deleted and created_at <= {{ as_of() }}
),

stages as (
    select * from {{ ref('int_opportunity_stages_listed') }}
),

closings as (
    select * from {{ ref('int_opportunity_closings_found') }}
),

{# A change after as_of has not happened yet: before it the deal stood at its old value. #}
later_changes as (
    select
        opportunity_id_salesforce,
        old_value as stage,
        row_number() over (
            partition by opportunity_id_salesforce
            order by changed_at, opportunity_field_history_id_salesforce
        ) as change_rank
    from {{ ref('stg_salesforce__opportunity_field_histories') }}
    where field_name = 'StageName' and changed_at > {{ as_of() }}
),

standing as (
    select
        opportunities.*,
        closings.closed_at,
        coalesce(later_changes.stage, opportunities.stage) as stage_at_as_of,
        case
            when later_changes.stage is null then coalesce(opportunities.is_closed, false)
            else coalesce(stages.is_closed, false)
        end as is_closed_then,
        case
            when later_changes.stage is null then coalesce(opportunities.is_won, false)
            else coalesce(stages.is_won, false)
        end as is_won_then
    from opportunities
    left join later_changes
        on
            opportunities.opportunity_id_salesforce = later_changes.opportunity_id_salesforce
            and later_changes.change_rank = 1
    left join stages
        on later_changes.stage = stages.stage
    left join closings
        on opportunities.opportunity_id_salesforce = closings.opportunity_id_salesforce
),

judged as (
    select
        *,
        is_closed_then and closed_at is not null and closed_at <= {{ as_of() }} as has_closed
    from standing
)

select
    'opp_' || opportunity_id_salesforce as opportunity_id,
    opportunity_id_salesforce,
    account_id_salesforce,
    owner_user_id_salesforce,
    opportunity_name,
    stage_at_as_of as stage,
    amount_jpy,
    created_at,
    closed_on,
    has_closed as is_closed,
    has_closed and is_won_then as is_won,
    case when has_closed then closed_at end as closed_at,
    campaign_id_salesforce,
    has_decision_maker_attended,
    meeting_count,
    loss_reason,
    competitor
from judged

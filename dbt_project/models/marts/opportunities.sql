with

opportunities as (
    select * from {{ ref('int_opportunities_dated') }}
),

account_sources as (
    select
        source_id,
        account_id
    from {{ ref('int_account_sources_assigned') }}
    where source_system = 'salesforce' and source_object = 'account'
),

primary_persons as (
    select * from {{ ref('int_opportunity_primary_persons_chosen') }}
),

campaigns_chosen as (
    select * from {{ ref('int_opportunity_campaigns_chosen') }}
)

select
    opportunities.opportunity_id,
    opportunities.opportunity_id_salesforce,
    account_sources.account_id,
    primary_persons.person_id as primary_person_id,
    opportunities.stage,
    opportunities.amount_jpy,
    opportunities.created_at,
    opportunities.closed_on,
    opportunities.is_closed,
    opportunities.is_won,
    campaigns_chosen.primary_campaign_id,
    campaigns_chosen.first_touch_campaign_id,
    campaigns_chosen.last_touch_campaign_id,
    opportunities.has_decision_maker_attended,
    opportunities.loss_reason,
    opportunities.competitor,
    opportunities.opportunity_name,
    opportunities.closed_at,
    cast(opportunities.meeting_count as integer) as meeting_count,
    opportunities.owner_user_id_salesforce,
    opportunities.account_id_salesforce
from opportunities
left join account_sources
    on opportunities.account_id_salesforce = account_sources.source_id
left join primary_persons
    on opportunities.opportunity_id = primary_persons.opportunity_id
left join campaigns_chosen
    on opportunities.opportunity_id = campaigns_chosen.opportunity_id

{#-
    The campaigns of a deal: the first and the last touch that has one, and the primary campaign,
    which is the one Salesforce names, else the last touch's.
-#}
with

opportunities as (
    select * from {{ ref('int_opportunities_dated') }}
),

models as (
    select
        model,
        lookback_days
    from {{ ref('attribution_models') }}
    where model in ('first', 'last')
),

campaign_touches as (
    select
        touches.*,
        models.model
    from {{ ref('int_opportunity_touches_listed') }} as touches
    inner join models
        on
            touches.opportunity_created_at
            < {{ kk_plus_seconds('touches.occurred_at', 'models.lookback_days * 86400') }}
    where touches.campaign_id is not null
),

outer_touches as (
    select
        opportunity_id,
        min(case when model = 'first' then touch_number end) as first_touch_number,
        max(case when model = 'last' then touch_number end) as last_touch_number
    from campaign_touches
    group by opportunity_id
),

touches as (
    select
        opportunity_id,
        touch_number,
        campaign_id
    from {{ ref('int_opportunity_touches_listed') }}
),

salesforce_campaigns as (
    select
        source_id,
        campaign_id
    from {{ ref('int_campaign_sources') }}
    where source_system = 'salesforce' and source_object = 'campaign'
)

select
    opportunities.opportunity_id,
    first_touches.campaign_id as first_touch_campaign_id,
    last_touches.campaign_id as last_touch_campaign_id,
    coalesce(
        salesforce_campaigns.campaign_id, last_touches.campaign_id
    ) as primary_campaign_id
from opportunities
left join salesforce_campaigns
    on opportunities.campaign_id_salesforce = salesforce_campaigns.source_id
left join outer_touches
    on opportunities.opportunity_id = outer_touches.opportunity_id
left join touches as first_touches
    on
        outer_touches.opportunity_id = first_touches.opportunity_id
        and outer_touches.first_touch_number = first_touches.touch_number
left join touches as last_touches
    on
        outer_touches.opportunity_id = last_touches.opportunity_id
        and outer_touches.last_touch_number = last_touches.touch_number

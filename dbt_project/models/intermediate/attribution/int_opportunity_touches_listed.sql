{#-
    Marketing touches of the persons of a deal up to its creation, in the one order of touches.
    Look-back windows are the models' own (attribution_models.csv).
-#}
with

opportunities as (
    select * from {{ ref('int_opportunities_dated') }}
),

opportunity_persons as (
    select * from {{ ref('int_opportunity_persons_listed') }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
    where is_marketing
)

select
    opportunities.opportunity_id,
    opportunities.created_at as opportunity_created_at,
    opportunity_persons.person_id,
    touchpoints.touchpoint_id,
    touchpoints.occurred_at,
    touchpoints.channel,
    touchpoints.campaign_id,
    touchpoints.content,
    touchpoints.source_system,
    touchpoints.source_id,
    row_number() over (
        partition by opportunities.opportunity_id
        order by
            touchpoints.occurred_at,
            touchpoints.source_system,
            touchpoints.source_id,
            touchpoints.touchpoint_id
    ) as touch_number
from opportunities
inner join opportunity_persons
    on opportunities.opportunity_id = opportunity_persons.opportunity_id
inner join touchpoints
    on
        opportunity_persons.person_id = touchpoints.person_id
        and opportunities.created_at >= touchpoints.occurred_at

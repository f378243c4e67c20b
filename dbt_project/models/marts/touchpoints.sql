with

touchpoints as (
    select * from {{ ref('int_touchpoints_deduplicated') }}
),

persons as (
    select
        person_id,
        account_id
    from {{ ref('int_persons_survived') }}
),

{# A link tag belongs to no system, a campaign's own id only to the system that gave it. #}
campaign_sources as (
    select
        source_object,
        source_id,
        case when source_object = 'utm_campaign' then '' else source_system end as source_system,
        min(campaign_id) as campaign_id
    from {{ ref('int_campaign_sources') }}
    group by
        source_object,
        source_id,
        case when source_object = 'utm_campaign' then '' else source_system end
)

select
    touchpoints.touchpoint_id,
    touchpoints.person_id,
    persons.account_id,
    touchpoints.occurred_at,
    touchpoints.kind,
    touchpoints.channel,
    campaign_sources.campaign_id,
    touchpoints.content,
    touchpoints.source_system,
    touchpoints.source_object,
    touchpoints.source_id,
    touchpoints.is_marketing,
    touchpoints.utm_source,
    touchpoints.utm_medium,
    touchpoints.utm_campaign,
    touchpoints.actor_user_id_salesforce
from touchpoints
left join persons
    on touchpoints.person_id = persons.person_id
left join campaign_sources
    on
        touchpoints.campaign_object = campaign_sources.source_object
        and touchpoints.campaign_source_id = campaign_sources.source_id
        and campaign_sources.source_system
        = case
            when touchpoints.campaign_object = 'utm_campaign' then ''
            else touchpoints.source_system
        end

{#-
    Every name under which a system knows a campaign. A campaign that only a link tag or a mail
    knows is a campaign of its own, unless the tag is the name or the tag of a known one.
-#}
with

salesforce_campaigns as (
    select
        'salesforce' as source_system,
        'campaign' as source_object,
        campaign_id_salesforce as source_id,
        campaign_name,
        lower(trim(campaign_name)) as name_key,
        cast(null as {{ kk_text_type() }}) as hs_utm,
        campaign_type,
        actual_cost_jpy
    from {{ ref('stg_salesforce__campaigns') }}
    where
        not is_deleted
        and created_at <= {{ as_of() }}
        and {{ kk_blank_to_null('campaign_name') }} is not null
),

hubspot_campaigns as (
    select
        'hubspot' as source_system,
        'campaign' as source_object,
        campaign_id_hubspot as source_id,
        coalesce(
            {{ kk_blank_to_null('campaign_name') }}, utm_campaign, campaign_id_hubspot
        ) as campaign_name,
        lower(trim(coalesce(
            {{ kk_blank_to_null('campaign_name') }}, utm_campaign, campaign_id_hubspot
        ))) as name_key,
        lower({{ kk_blank_to_null('utm_campaign') }}) as hs_utm,
        cast(null as {{ kk_text_type() }}) as campaign_type,
        cast(null as bigint) as actual_cost_jpy
    from {{ ref('stg_hubspot__campaigns') }}
    where created_at is null or created_at <= {{ as_of() }}
),

marketo_campaigns as (
    select * from {{ ref('int_marketo_campaigns_named') }}
),

mail_campaigns as (
    select distinct
        'hubspot' as source_system,
        'email_campaign' as source_object,
        email_campaign_id_hubspot as source_id,
        'メール配信 ' || email_campaign_id_hubspot as campaign_name,
        'hubspot:email_campaign:' || email_campaign_id_hubspot as name_key,
        cast(null as {{ kk_text_type() }}) as hs_utm,
        'Email' as campaign_type,
        cast(null as bigint) as actual_cost_jpy
    from {{ ref('stg_hubspot__email_events') }}
    where email_campaign_id_hubspot is not null and occurred_at <= {{ as_of() }}
),

link_tags as (
    select
        'hubspot' as source_system,
        utm_campaign
    from {{ ref('stg_hubspot__form_submissions') }}
    where submitted_at <= {{ as_of() }}
    union all
    select
        'hubspot' as source_system,
        utm_campaign
    from {{ ref('stg_hubspot__events') }}
    where occurred_at <= {{ as_of() }}
    union all
    select
        'marketo' as source_system,
        utm_campaign
    from {{ ref('stg_marketo__activities') }}
    where activity_type_id_marketo in ('1', '2') and occurred_at <= {{ as_of() }}
    union all
    select
        'typeform' as source_system,
        utm_campaign
    from {{ ref('stg_typeform__responses') }}
    where coalesce(submitted_at, landed_at) <= {{ as_of() }}
    union all
    select
        'web_forms' as source_system,
        utm_campaign
    from {{ ref('stg_web_forms__submissions') }}
    where submitted_at <= {{ as_of() }}
),

tag_names as (
    select
        lower(trim(utm_campaign)) as tag_key,
        min(source_system) as source_system,
        min(trim(utm_campaign)) as tag_name
    from link_tags
    where {{ kk_blank_to_null('utm_campaign') }} is not null
    group by lower(trim(utm_campaign))
),

named_campaigns as (
    select * from salesforce_campaigns
    union all
    select * from hubspot_campaigns
    union all
    select * from marketo_campaigns
    where source_object = 'program'
),

tags_resolved as (
    select
        tag_names.tag_key,
        tag_names.source_system,
        tag_names.tag_name,
        coalesce(min(by_name.name_key), min(by_tag.name_key)) as known_name_key
    from tag_names
    left join named_campaigns as by_name
        on tag_names.tag_key = by_name.name_key
    left join named_campaigns as by_tag
        on tag_names.tag_key = by_tag.hs_utm
    group by tag_names.tag_key, tag_names.source_system, tag_names.tag_name
)

select * from named_campaigns
union all
select * from mail_campaigns
union all
select * from marketo_campaigns
where source_object = 'email'
union all
select
    source_system,
    'utm_campaign' as source_object,
    tag_key as source_id,
    tag_name as campaign_name,
    coalesce(known_name_key, tag_key) as name_key,
    cast(null as {{ kk_text_type() }}) as hs_utm,
    cast(null as {{ kk_text_type() }}) as campaign_type,
    cast(null as bigint) as actual_cost_jpy
from tags_resolved

{#- Responses to campaigns and what sales did with a Lead or Contact, in the shape of an act. -#}
{{ config(materialized='view') }}
with

campaign_members as (
    select
        *,
        coalesce(
            'salesforce:contact:' || contact_id_salesforce,
            'salesforce:lead:' || lead_id_salesforce
        ) as record_key
    from {{ ref('stg_salesforce__campaign_members') }}
    where has_responded and not is_deleted
),

campaigns as (
    select * from {{ ref('stg_salesforce__campaigns') }}
),

closed_tasks as (
    select * from {{ ref('stg_salesforce__tasks') }}
    where is_closed and not is_deleted
),

events as (
    select * from {{ ref('stg_salesforce__events') }}
    where not is_deleted
),

activities as (
    select
        'task' as source_object,
        task_id_salesforce as source_id,
        who_id_salesforce,
        completed_at as occurred_at,
        task_type as act_type,
        task_subtype as act_subtype,
        subject,
        owner_user_id_salesforce
    from closed_tasks
    union all
    select
        'event' as source_object,
        event_id_salesforce as source_id,
        who_id_salesforce,
        ended_at as occurred_at,
        event_type as act_type,
        event_subtype as act_subtype,
        subject,
        owner_user_id_salesforce
    from events
),

unioned as (
    select
        'campaign_member' as source_object,
        campaign_members.campaign_member_id_salesforce as source_id,
        campaign_members.record_key,
        {{ kk_tokyo_midnight('campaign_members.first_responded_on') }} as occurred_at,
        campaigns.campaign_type as act_type,
        cast(null as {{ kk_text_type() }}) as act_subtype,
        campaigns.campaign_name as act_name,
        campaign_members.member_status as act_status,
        campaigns.campaign_name as content,
        'campaign' as campaign_object,
        campaign_members.campaign_id_salesforce as campaign_source_id,
        cast(null as {{ kk_text_type() }}) as actor_user_id_salesforce
    from campaign_members
    left join campaigns
        on campaign_members.campaign_id_salesforce = campaigns.campaign_id_salesforce
    union all
    select
        source_object,
        source_id,
        case left(who_id_salesforce, 3)
            when '00Q' then 'salesforce:lead:' || who_id_salesforce
            when '003' then 'salesforce:contact:' || who_id_salesforce
        end as record_key,
        occurred_at,
        act_type,
        act_subtype,
        subject as act_name,
        cast(null as {{ kk_text_type() }}) as act_status,
        subject as content,
        cast(null as {{ kk_text_type() }}) as campaign_object,
        cast(null as {{ kk_text_type() }}) as campaign_source_id,
        owner_user_id_salesforce as actor_user_id_salesforce
    from activities
)

select
    'salesforce' as source_system,
    unioned.*,
    cast(null as {{ kk_text_type() }}) as email,
    cast(null as {{ kk_text_type() }}) as page_url,
    cast(null as {{ kk_text_type() }}) as utm_source,
    cast(null as {{ kk_text_type() }}) as utm_medium,
    cast(null as {{ kk_text_type() }}) as utm_campaign
from unioned

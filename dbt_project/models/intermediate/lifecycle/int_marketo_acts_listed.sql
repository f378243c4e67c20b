{#- What Marketo leads did on pages, forms and mails and in programs, in the shape of an act. -#}
{{ config(materialized='view') }}
with

{# A machine that opens a mail, or follows its links, is nobody's interest. #}
activities as (
    select
        *,
        'marketo:lead:' || lead_id_marketo as record_key
    from {{ ref('stg_marketo__activities') }}
    where not is_machine
),

programs as (
    select * from {{ ref('stg_marketo__programs') }}
),

memberships as (
    select *
    from {{ ref('stg_marketo__program_memberships') }}
    where not is_deleted and member_status is not null
),

first_statuses as (
    select
        asset_id_marketo as program_id_marketo,
        lead_id_marketo,
        record_key,
        new_status as act_status,
        activity_id_marketo as source_id,
        occurred_at,
        row_number() over (
            partition by asset_id_marketo, lead_id_marketo, new_status
            order by occurred_at, activity_id_marketo
        ) as status_rank
    from activities
    where new_status is not null
),

{# A status that no activity tells of was imported; success has a date of its own. #}
imported_statuses as (
    select
        memberships.program_id_marketo,
        'marketo:lead:' || memberships.lead_id_marketo as record_key,
        memberships.member_status as act_status,
        memberships.program_id_marketo || ':' || memberships.lead_id_marketo as source_id,
        coalesce(
            case when memberships.has_succeeded then memberships.succeeded_at end,
            memberships.joined_at
        ) as occurred_at
    from memberships
    left join first_statuses
        on
            memberships.program_id_marketo = first_statuses.program_id_marketo
            and memberships.lead_id_marketo = first_statuses.lead_id_marketo
            and memberships.member_status = first_statuses.act_status
    where first_statuses.source_id is null
),

statuses as (
    select
        program_id_marketo,
        record_key,
        act_status,
        source_id,
        occurred_at
    from first_statuses
    where status_rank = 1
    union all
    select * from imported_statuses
),

unioned as (
    select
        'activity' as source_object,
        activity_id_marketo as source_id,
        record_key,
        occurred_at,
        activity_type_id_marketo as act_type,
        case when activity_type_id_marketo = '2' then asset_name end as act_name,
        cast(null as {{ kk_text_type() }}) as act_status,
        case
            when activity_type_id_marketo = '2' then asset_name
            when activity_type_id_marketo = '1' then {{ kk_url_page('page_url') }}
            else asset_id_marketo
        end as content,
        page_url,
        utm_source,
        utm_medium,
        utm_campaign,
        case
            when activity_type_id_marketo in ('1', '2') then 'utm_campaign' else 'email'
        end as campaign_object,
        case
            when activity_type_id_marketo in ('1', '2') then lower(trim(utm_campaign))
            else asset_id_marketo
        end as campaign_source_id
    from activities
    where new_status is null
    union all
    select
        'program_status' as source_object,
        statuses.source_id,
        statuses.record_key,
        statuses.occurred_at,
        programs.program_type as act_type,
        programs.program_name as act_name,
        statuses.act_status,
        programs.program_name as content,
        cast(null as {{ kk_text_type() }}) as page_url,
        cast(null as {{ kk_text_type() }}) as utm_source,
        cast(null as {{ kk_text_type() }}) as utm_medium,
        cast(null as {{ kk_text_type() }}) as utm_campaign,
        'program' as campaign_object,
        statuses.program_id_marketo as campaign_source_id
    from statuses
    inner join programs
        on statuses.program_id_marketo = programs.program_id_marketo
)

select
    'marketo' as source_system,
    unioned.*,
    cast(null as {{ kk_text_type() }}) as email,
    cast(null as {{ kk_text_type() }}) as act_subtype,
    cast(null as {{ kk_text_type() }}) as actor_user_id_salesforce
from unioned

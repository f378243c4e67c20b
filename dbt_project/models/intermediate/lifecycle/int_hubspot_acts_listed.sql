{#- What people did on pages, forms and mails that HubSpot watches, in the shape of an act. -#}
{{ config(materialized='view') }}
with

form_submissions as (
    select * from {{ ref('stg_hubspot__form_submissions') }}
),

forms as (
    select * from {{ ref('stg_hubspot__forms') }}
),

page_events as (
    select *
    from {{ ref('stg_hubspot__events') }}
    where upper(object_type) = 'CONTACT'
),

{# A machine that opens a mail, or follows its links, is nobody's interest. #}
email_events as (
    select *
    from {{ ref('stg_hubspot__email_events') }}
    where not is_machine
),

unioned as (
    select
        'form_submission' as source_object,
        form_submissions.submission_id_hubspot as source_id,
        'hubspot:form_submission:' || form_submissions.submission_id_hubspot as record_key,
        form_submissions.email,
        form_submissions.submitted_at as occurred_at,
        cast(null as {{ kk_text_type() }}) as act_type,
        forms.form_name as act_name,
        forms.form_name as content,
        form_submissions.page_url,
        form_submissions.utm_source,
        form_submissions.utm_medium,
        form_submissions.utm_campaign,
        'utm_campaign' as campaign_object,
        lower(trim(form_submissions.utm_campaign)) as campaign_source_id
    from form_submissions
    left join forms
        on form_submissions.form_id_hubspot = forms.form_id_hubspot
    union all
    select
        'event' as source_object,
        event_id_hubspot as source_id,
        'hubspot:contact:' || contact_id_hubspot as record_key,
        cast(null as {{ kk_text_type() }}) as email,
        occurred_at,
        event_type as act_type,
        cast(null as {{ kk_text_type() }}) as act_name,
        {{ kk_url_page('page_url') }} as content,
        page_url,
        utm_source,
        utm_medium,
        utm_campaign,
        'utm_campaign' as campaign_object,
        lower(trim(utm_campaign)) as campaign_source_id
    from page_events
    union all
    select
        'email_event' as source_object,
        email_event_id_hubspot as source_id,
        cast(null as {{ kk_text_type() }}) as record_key,
        recipient_email as email,
        occurred_at,
        event_type as act_type,
        cast(null as {{ kk_text_type() }}) as act_name,
        email_campaign_id_hubspot as content,
        clicked_url as page_url,
        cast(null as {{ kk_text_type() }}) as utm_source,
        cast(null as {{ kk_text_type() }}) as utm_medium,
        cast(null as {{ kk_text_type() }}) as utm_campaign,
        'email_campaign' as campaign_object,
        email_campaign_id_hubspot as campaign_source_id
    from email_events
)

select
    'hubspot' as source_system,
    unioned.*,
    cast(null as {{ kk_text_type() }}) as act_subtype,
    cast(null as {{ kk_text_type() }}) as act_status,
    cast(null as {{ kk_text_type() }}) as actor_user_id_salesforce
from unioned

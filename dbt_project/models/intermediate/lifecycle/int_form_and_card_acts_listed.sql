{#- Answers to forms of a form service and exchanged business cards, in the shape of an act. -#}
{{ config(materialized='view') }}
with

responses as (
    select * from {{ ref('stg_typeform__responses') }}
    where not is_deleted and coalesce(response_type, 'completed') = 'completed'
),

forms as (
    select * from {{ ref('stg_typeform__forms') }}
),

exchanged_cards as (
    select
        'sansan' as source_system,
        'biz_card' as source_object,
        biz_card_id_sansan as source_id,
        exchanged_on
    from {{ ref('stg_sansan__biz_cards') }}
    where not is_deleted
    union all
    select
        'card_files' as source_system,
        'row' as source_object,
        row_id_card_files as source_id,
        exchanged_on
    from {{ ref('stg_card_files__rows') }}
),

unioned as (
    select
        'typeform' as source_system,
        'response' as source_object,
        responses.response_id_typeform as source_id,
        responses.submitted_at as occurred_at,
        responses.response_type as act_type,
        forms.form_name as act_name,
        forms.form_name as content,
        responses.page_url,
        responses.utm_source,
        responses.utm_medium,
        responses.utm_campaign
    from responses
    left join forms
        on responses.form_id_typeform = forms.form_id_typeform
    union all
    select
        'web_forms' as source_system,
        'submission' as source_object,
        submission_id_web_forms as source_id,
        submitted_at as occurred_at,
        cast(null as {{ kk_text_type() }}) as act_type,
        form_name as act_name,
        form_name as content,
        page_url,
        utm_source,
        utm_medium,
        utm_campaign
    from {{ ref('stg_web_forms__submissions') }}
    union all
    select
        source_system,
        source_object,
        source_id,
        {{ kk_tokyo_midnight('exchanged_on') }} as occurred_at,
        cast(null as {{ kk_text_type() }}) as act_type,
        cast(null as {{ kk_text_type() }}) as act_name,
        cast(null as {{ kk_text_type() }}) as content,
        cast(null as {{ kk_text_type() }}) as page_url,
        cast(null as {{ kk_text_type() }}) as utm_source,
        cast(null as {{ kk_text_type() }}) as utm_medium,
        cast(null as {{ kk_text_type() }}) as utm_campaign
    from exchanged_cards
)

select
    unioned.*,
    unioned.source_system || ':' || unioned.source_object || ':' || unioned.source_id as record_key,
    cast(null as {{ kk_text_type() }}) as email,
    cast(null as {{ kk_text_type() }}) as act_subtype,
    cast(null as {{ kk_text_type() }}) as act_status,
    'utm_campaign' as campaign_object,
    lower(trim(unioned.utm_campaign)) as campaign_source_id,
    cast(null as {{ kk_text_type() }}) as actor_user_id_salesforce
from unioned

{#-
    Everything that anybody did, from every source: one row per record of an act, also of one that
    is dated after as_of. The one place that knows which lists of acts there are; who reads acts
    reads them here. This model, what it reads and what is cut from it are views: the acts are by
    far the most rows, and a table of each step would write every one of them several times over.
-#}
{{ config(materialized='view') }}
{%- set act_columns -%}
source_system, source_object, source_id, record_key, email, occurred_at,
        act_type, act_subtype, act_name, act_status, content,
        page_url, utm_source, utm_medium, utm_campaign,
        campaign_object, campaign_source_id, actor_user_id_salesforce
{%- endset -%}
with

unioned as (
    select {{ act_columns }}
    from {{ ref('int_hubspot_acts_listed') }}
    union all
    select {{ act_columns }}
    from {{ ref('int_marketo_acts_listed') }}
    union all
    select {{ act_columns }}
    from {{ ref('int_salesforce_acts_listed') }}
    union all
    select {{ act_columns }}
    from {{ ref('int_form_and_card_acts_listed') }}
)

select
    source_system || ':' || source_object || ':' || source_id as act_id,
    {{ act_columns }}
from unioned

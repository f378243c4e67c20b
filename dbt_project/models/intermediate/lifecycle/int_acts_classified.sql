{#-
    The kind of each act: the first row of touchpoint_kinds.csv that matches it, by priority.
    An act that no row matches, or whose row names no kind, is no touchpoint. Acts that are alike
    in everything the table looks at are judged once.
-#}
{{ config(materialized='view') }}
{%- set traits = ['type_key', 'name_key', 'status_key', 'subtype_key', 'path_key'] -%}
{#- Written out in both places: as one CTE the acts would all be kept until the last is judged. -#}
{%- set acts_with_traits -%}
select
        acts.*,
        lower(coalesce(acts.act_type, '')) as type_key,
        case when looked_at.name then lower(coalesce(acts.act_name, '')) else '' end as name_key,
        case
            when looked_at.status then lower(coalesce(acts.act_status, '')) else ''
        end as status_key,
        case
            when looked_at.subtype then lower(coalesce(acts.act_subtype, '')) else ''
        end as subtype_key,
        case
            when looked_at.url_path
                then lower(coalesce({{ kk_url_path('acts.page_url') }}, ''))
            else ''
        end as path_key
    from {{ ref('int_acts_happened') }} as acts
    inner join looked_at
        on
            acts.source_system = looked_at.source_system
            and acts.source_object = looked_at.source_object
{%- endset -%}
with

kinds as (
    select * from {{ ref('touchpoint_kinds') }}
),

looked_at as (
    select
        source_system,
        source_object,
        coalesce(bool_or(match_field = 'name'), false) as name,
        coalesce(bool_or(match_field = 'status'), false) as status,
        coalesce(bool_or(match_field = 'subtype'), false) as subtype,
        coalesce(bool_or(match_field = 'url_path'), false) as url_path
    from kinds
    group by source_system, source_object
),

alike as (
    select distinct
        source_system,
        source_object,
        {{ traits | join(',\n        ') }}
    from (
        {{ acts_with_traits }}
    ) as acts
),

compared as (
    select
        alike.*,
        kinds.priority,
        kinds.match_operator,
        lower(kinds.match_value) as match_value,
        case kinds.match_field
            when 'name' then alike.name_key
            when 'status' then alike.status_key
            when 'subtype' then alike.subtype_key
            when 'url_path' then alike.path_key
        end as field_value
    from alike
    inner join kinds
        on
            alike.source_system = kinds.source_system
            and alike.source_object = kinds.source_object
            and (kinds.act_type is null or alike.type_key = lower(kinds.act_type))
),

first_matches as (
    select
        source_system,
        source_object,
        {{ traits | join(',\n        ') }},
        min(priority) as priority
    from compared
    where
        match_operator is null
        or (match_operator = 'equals' and field_value = match_value)
        or (match_operator = 'contains' and position(match_value in field_value) > 0)
        or (
            match_operator = 'starts_with'
            and left(field_value, length(match_value)) = match_value
        )
    group by source_system, source_object, {{ traits | join(', ') }}
),

judged as (
    select
        first_matches.*,
        kinds.kind,
        kinds.channel,
        kinds.restarts_recycled,
        kinds.same_act_minutes
    from first_matches
    inner join kinds
        on
            first_matches.source_system = kinds.source_system
            and first_matches.source_object = kinds.source_object
            and first_matches.priority = kinds.priority
    where kinds.kind is not null
)

select
    acts.act_id,
    acts.source_system,
    acts.source_object,
    acts.source_id,
    acts.record_key,
    acts.email,
    acts.occurred_at,
    acts.content,
    acts.page_url,
    acts.utm_source,
    acts.utm_medium,
    acts.utm_campaign,
    acts.campaign_object,
    acts.campaign_source_id,
    acts.actor_user_id_salesforce,
    judged.kind,
    judged.channel,
    judged.restarts_recycled,
    judged.same_act_minutes
from (
    {{ acts_with_traits }}
) as acts
inner join judged
    on
        acts.source_system = judged.source_system
        and acts.source_object = judged.source_object
        {%- for trait in traits %}
        and acts.{{ trait }} = judged.{{ trait }}
        {%- endfor %}

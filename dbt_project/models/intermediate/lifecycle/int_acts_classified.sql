{#-
    The kind of each act: the first row of touchpoint_kinds.csv that matches it, by priority.
    An act that no row matches, or whose row names no kind, is no touchpoint.
-#}
with

acts as (
    select
        *,
        lower(coalesce(act_type, '')) as type_key,
        {{ kk_url_path('page_url') }} as page_path
    from {{ ref('int_acts_unioned') }}
),

kinds as (
    select * from {{ ref('touchpoint_kinds') }}
),

compared as (
    select
        acts.act_id,
        kinds.source_system,
        kinds.source_object,
        kinds.priority,
        lower(kinds.match_value) as match_value,
        kinds.match_operator,
        lower(case kinds.match_field
            when 'name' then acts.act_name
            when 'status' then acts.act_status
            when 'subtype' then acts.act_subtype
            when 'url_path' then acts.page_path
        end) as field_value
    from acts
    inner join kinds
        on
            acts.source_system = kinds.source_system
            and acts.source_object = kinds.source_object
            and (kinds.act_type is null or acts.type_key = lower(kinds.act_type))
),

first_matches as (
    select
        act_id,
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
    group by act_id
)

select
    acts.*,
    kinds.kind,
    kinds.channel,
    kinds.restarts_recycled,
    kinds.same_act_minutes
from acts
inner join first_matches
    on acts.act_id = first_matches.act_id
inner join kinds
    on
        acts.source_system = kinds.source_system
        and acts.source_object = kinds.source_object
        and first_matches.priority = kinds.priority
where kinds.kind is not null

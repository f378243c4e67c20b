{#-
    The sync models: one row per record and pushed field whose desired value is known, with what
    the record holds now. Which fields these are, and whether a filled one may be overwritten,
    say the push rows of the field-mapping table (may_overwrite: true, false, or forward: a stage
    may only move up its rank; stages beside the line have no rank and may always move).
-#}

{#- What the records hold today in the pushed fields, one row per record and field. -#}
{% macro pushed_fields(system, object, records, record_id) -%}
    {%- for mapping in field_mappings(system, object, directions=['push', 'both']) %}
    select
        record_key,
        {{ record_id }} as record_id,
        '{{ mapping["unified_field"] }}' as unified_field,
        {{ vendor_text(mapped_column_name(mapping), mapping['data_type']) }} as old_value,
        updated_at
    from {{ records }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        record_key,
        {{ record_id }} as record_id,
        cast(null as {{ kk_text_type() }}) as unified_field,
        cast(null as {{ kk_text_type() }}) as old_value,
        updated_at
    from {{ records }}
    where false
    {%- endfor %}
{%- endmacro %}

{#- A staged value as the text that its vendor is sent: 35 and not 35.0, instants in UTC. -#}
{% macro vendor_text(expression, data_type) -%}
    {%- if data_type in ('number', 'integer') -%}
        case
            when {{ expression }} = round({{ expression }})
                then cast(cast({{ expression }} as bigint) as {{ kk_text_type() }})
            else cast({{ expression }} as {{ kk_text_type() }})
        end
    {%- elif data_type == 'datetime' -%}{{ kk_iso_instant(expression) }}
    {%- else -%}cast({{ expression }} as {{ kk_text_type() }})
    {%- endif -%}
{%- endmacro %}

{#- The held values against the desired ones: the body that all sync models share. -#}
{% macro sync_select(system, object, held_values) -%}
    select
        held.record_id,
        mappings.field,
        held.old_value,
        push_values.new_value,
        mappings.data_type,
        case
            when mappings.may_overwrite = 'forward'
                then coalesce(new_stages.stage_rank > old_stages.stage_rank, true)
            else mappings.may_overwrite = 'true'
        end as may_overwrite,
        push_values.reason,
        held.updated_at as last_modified_at,
        assigned.person_id
    from {{ held_values }} as held
    inner join {{ ref('field_mappings') }} as mappings
        on
            held.unified_field = mappings.unified_field
            and mappings.system = '{{ system }}'
            and mappings.object = '{{ object }}'
            and mappings.direction in ('push', 'both')
    inner join {{ ref('int_person_sources_assigned') }} as assigned
        on held.record_key = assigned.record_key
    inner join {{ ref('int_person_push_values') }} as push_values
        on
            assigned.person_id = push_values.person_id
            and held.unified_field = push_values.unified_field
    left join {{ ref('stages') }} as old_stages
        on held.old_value = old_stages.stage
    left join {{ ref('stages') }} as new_stages
        on push_values.new_value = new_stages.stage
{%- endmacro %}

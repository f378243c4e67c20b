{#-
    Which of several values of one field survives. The rule of a field stands in the
    field-mapping table; the macros below say what each rule means:

    source_priority  the source with the smallest `priority`
    most_recent      the value that was last changed, by field history, else by record creation
    most_complete    the longest value
    human_first      what a person typed (owner sales or person) before what a tool filled in

    Every tie ends at the record key, so the same records always give the same survivor. The
    modification stamp of a record decides nothing: our own push moves it, and a second run
    would choose differently.
-#}

{#- One row per record and filled field, out of one column per field. -#}
{% macro unpivot_fields(relation, key_columns, fields) -%}
    {%- for field in fields %}
    select
        {{ key_columns | join(', ') }},
        '{{ field }}' as unified_field,
        cast({{ field }} as {{ kk_text_type() }}) as field_value
    from {{ relation }}
    where {{ field }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The order in which candidates of one field are preferred, best first. -#}
{% macro survivorship_order(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
                case
                    when {{ of }}survivorship = 'source_priority' then {{ of }}priority
                    when {{ of }}survivorship = 'human_first' then {{ of }}owner_rank
                    when {{ of }}survivorship = 'most_complete' then -length({{ of }}field_value)
                end,
                {{ of }}value_at desc nulls last,
                {{ of }}priority,
                {{ of }}record_key
{%- endmacro %}

{#- When which scoring rule held for whom, by what somebody is or by what they did. -#}
{% macro scoring_spans() -%}
    {%- for spans in [ref('int_attribute_spans_found'), ref('int_behaviour_spans_found')] %}
    select
        person_id,
        rule_id,
        points,
        held_from,
        held_until
    from {{ spans }}
    where purpose = 'score'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

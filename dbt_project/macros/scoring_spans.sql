{#- When which scoring rule held for whom, by what somebody is or by what they did. -#}
{% macro scoring_spans() -%}
    select
        person_id,
        rule_id,
        points,
        held_from,
        held_until
    from {{ ref('int_attribute_spans_found') }}
    where purpose = 'score'
    union all
    select
        person_id,
        rule_id,
        points,
        held_from,
        held_until
    from {{ ref('int_behaviour_spans_found') }}
    where purpose = 'score'
{%- endmacro %}

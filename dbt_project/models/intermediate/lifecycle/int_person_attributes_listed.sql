{#-
    A person's attributes as texts, one row each: today's values, which hold at every moment. A
    view, because one model reads it.
-#}
{{ config(materialized='view') }}
{%- set attributes = [
    'employee_count', 'industry', 'title_rank', 'is_decision_maker', 'competitor_in_use',
    'has_opted_out', 'prefecture', 'department',
] -%}
with

persons as (
    select * from {{ ref('int_persons_survived') }}
)

{% for attribute in attributes %}
select
    person_id,
    account_id,
    '{{ attribute }}' as measure,
    cast({{ attribute }} as {{ kk_text_type() }}) as attribute_value
from persons
where {{ attribute }} is not null
{{ 'union all' if not loop.last }}
{% endfor %}

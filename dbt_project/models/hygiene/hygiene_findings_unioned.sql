{#- What the rules find today. Naming a rule here is all it takes to bring it to the meeting. -#}
{% set rules = [
    'hyg_person__duplicate_records',
    'hyg_account__duplicate_records',
    'hyg_person__missing_attribute',
    'hyg_person__ng_to_pass_back',
    'hyg_opportunity__stage_overdue',
    'hyg_lead__status_behind',
    'hyg_person__mql_without_owner',
] -%}

{% for rule in rules -%}
select * from {{ ref(rule) }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}

{#-
    Leads and Contacts field by field, version by version, as our own history saw them. Only the
    fields that a rule asks the history of; the names are those of the field-mapping table.
-#}
{%- set fields = {
    'lead': [
        'lead_status', 'owner', 'budget_status', 'need_is_clear', 'timeline',
        'decision_maker_will_attend', 'sales_feedback', 'sales_feedback_at',
    ],
    'contact': [
        'owner', 'budget_status', 'need_is_clear', 'timeline',
        'decision_maker_will_attend', 'sales_feedback', 'sales_feedback_at',
    ],
} -%}
with

{% for object in fields %}
{{ object }}_versions as (
    select
        *,
        owner_user_id_salesforce as owner,
        row_number() over (
            partition by {{ object }}_id_salesforce
            order by updated_at, dbt_valid_to nulls last
        ) as version_number
    from {{ ref('snp_salesforce__' ~ object) }}
    where created_at <= {{ as_of() }}
){{ ',' if not loop.last }}
{% endfor %}

{% for object, names in fields.items() %}
{% set outer = loop %}
{% for name in names %}
select
    'salesforce:{{ object }}:' || {{ object }}_id_salesforce as record_key,
    '{{ object }}' as source_object,
    '{{ name }}' as field,
    {% if name == 'sales_feedback_at' %}
    {{ kk_iso_instant(name) }} as field_value,
    {% else %}
    cast({{ name }} as {{ kk_text_type() }}) as field_value,
    {% endif %}
    version_number,
    updated_at as seen_from,
    created_at,
    dbt_valid_to is null as is_present
from {{ object }}_versions
{{ 'union all' if not (outer.last and loop.last) }}
{% endfor %}
{% endfor %}

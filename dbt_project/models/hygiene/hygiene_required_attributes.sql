{#-
    Record by attribute: what the agreement asks of it and whether it is there. Every lead holds
    企業名, 担当者名, 連絡先, 獲得経路, 接触履歴 and 対応状況; 部署, 役職, 業種 and 従業員数 are asked
    for only where another record knows them. A person outside the SFA answers for the person as
    a whole, because there is no SFA record to fill. NG persons are passed back, not completed.
-#}
{% set always = {
    'person_name': 'full_name', 'company_name': 'company_name',
    'contact': 'coalesce(email, phone, mobile)', 'lead_source': 'lead_source',
} -%}
{% set if_known = {
    'department': ('contact', 'department'), 'title': ('', 'title'),
    'industry': ('lead', 'industry'), 'employee_count': ('lead', 'employee_count'),
} -%}
with

persons as (
    select * from {{ ref('persons') }}
    where not is_ng
),

sfa_records as (
    select records.*
    from {{ ref('hygiene_sfa_records') }} as records
    inner join persons
        on records.person_id = persons.person_id
),

touched as (
    select distinct person_id
    from {{ ref('touchpoints') }}
),

outsiders as (
    select
        leading_records.person_id,
        leading_records.record_key,
        persons.full_name,
        persons.company_name,
        coalesce(persons.email, persons.phone_e164) as contact,
        touched.person_id as touch_history
    from {{ ref('hygiene_leading_records') }} as leading_records
    inner join persons
        on leading_records.person_id = persons.person_id
    left join touched
        on leading_records.person_id = touched.person_id
    where not leading_records.is_in_sfa
),

asked as (
    {%- for attribute, expression in always.items() %}
    select person_id, record_key, '{{ attribute }}' as attribute, true as is_always_asked,
        {{ expression }} as attribute_value
    from sfa_records
    union all
    {%- endfor %}
    {%- for attribute, (source_object, expression) in if_known.items() %}
    select person_id, record_key, '{{ attribute }}' as attribute, false as is_always_asked,
        {{ expression }} as attribute_value
    from sfa_records
    {%- if source_object %}
    where source_object = '{{ source_object }}'
    {%- endif %}
    union all
    {%- endfor %}
    select person_id, record_key, 'status' as attribute, true as is_always_asked,
        lead_status as attribute_value
    from sfa_records
    where source_object = 'lead'
    union all
    select sfa_records.person_id, sfa_records.record_key, 'touch_history' as attribute,
        true as is_always_asked, touched.person_id as attribute_value
    from sfa_records
    left join touched
        on sfa_records.person_id = touched.person_id
    {%- for attribute, column in {
        'person_name': 'full_name', 'company_name': 'company_name', 'contact': 'contact',
        'touch_history': 'touch_history',
    }.items() %}
    union all
    select person_id, record_key, '{{ attribute }}' as attribute, true as is_always_asked,
        {{ column }} as attribute_value
    from outsiders
    {%- endfor %}
)

select
    person_id,
    record_key,
    attribute,
    is_always_asked,
    attribute_value is null as is_missing
from asked

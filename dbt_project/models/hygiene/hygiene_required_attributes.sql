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
{% set of_outsiders = {
    'person_name': 'full_name', 'company_name': 'company_name', 'contact': 'contact',
    'touch_history': 'touch_history',
} -%}
with

persons as (
    select * from {{ ref('persons') }}
    where not is_ng
),

touched as (
    select distinct person_id
    from {{ ref('touchpoints') }}
),

sfa_records as (
    select
        records.*,
        touched.person_id as touch_history
    from {{ ref('hygiene_sfa_records') }} as records
    inner join persons
        on records.person_id = persons.person_id
    left join touched
        on records.person_id = touched.person_id
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
    {{ asked_attribute(attribute, expression, 'sfa_records') }}
    union all
    {%- endfor %}
    {%- for attribute, (source_object, expression) in if_known.items() %}
    {{ asked_attribute(attribute, expression, 'sfa_records', source_object, is_always=false) }}
    union all
    {%- endfor %}
    {{ asked_attribute('status', 'lead_status', 'sfa_records', 'lead') }}
    union all
    {{ asked_attribute('touch_history', 'touch_history', 'sfa_records') }}
    {%- for attribute, column in of_outsiders.items() %}
    union all
    {{ asked_attribute(attribute, column, 'outsiders') }}
    {%- endfor %}
)

select
    person_id,
    record_key,
    attribute,
    is_always_asked,
    attribute_value is null as is_missing
from asked

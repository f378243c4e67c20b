{#-
    The live Salesforce records of persons as the Friday rules see them: Leads that were not
    converted, and Contacts. Their values are those that say something (int_person_values).
-#}
{% set fields = [
    'full_name', 'company_name', 'email', 'phone', 'mobile', 'department', 'title', 'industry',
    'employee_count',
] -%}
with

person_records as (
    select * from {{ ref('int_person_records_unioned') }}
    where source_system = 'salesforce' and not is_deleted and converted_to_key is null
),

sfa_fields as (
    select
        'salesforce:lead:' || lead_id_salesforce as record_key,
        {{ kk_blank_to_null('lead_status') }} as lead_status,
        {{ kk_blank_to_null('lead_source') }} as lead_source
    from {{ ref('stg_salesforce__leads') }}
    where not is_converted
    union all
    select
        'salesforce:contact:' || contact_id_salesforce as record_key,
        cast(null as {{ kk_text_type() }}) as lead_status,
        {{ kk_blank_to_null('lead_source') }} as lead_source
    from {{ ref('stg_salesforce__contacts') }}
),

person_sources as (
    select * from {{ ref('int_person_sources_assigned') }}
),

stated_values as (
    select
        person_records.record_key,
        {%- for field in fields %}
        max(
            case
                when person_values.unified_field = '{{ field }}' then person_values.field_value
            end
        ) as {{ field }},
        {%- endfor %}
        count(*) as filled_count
    from person_records
    inner join {{ ref('int_person_values') }} as person_values
        on person_records.record_key = person_values.record_key
    group by person_records.record_key
),

users as (
    select * from {{ ref('stg_salesforce__users') }}
),

sales_users as (
    select * from {{ ref('int_sales_users_listed') }}
)

select
    person_records.record_key,
    person_records.source_system,
    person_records.source_object,
    person_records.source_id,
    person_sources.person_id,
    person_sources.account_id,
    person_sources.match_reason,
    {%- for field in fields %}
    stated_values.{{ field }},
    {%- endfor %}
    sfa_fields.lead_source,
    sfa_fields.lead_status,
    person_records.owner_id_salesforce as owner_user_id_salesforce,
    coalesce(users.user_name, person_records.owner_id_salesforce) as owner,
    sales_users.user_key is not null as is_owned_by_sales,
    coalesce(stated_values.filled_count, 0) as filled_count,
    person_records.created_at,
    person_records.updated_at
from person_records
inner join sfa_fields
    on person_records.record_key = sfa_fields.record_key
inner join person_sources
    on person_records.record_key = person_sources.record_key
left join stated_values
    on person_records.record_key = stated_values.record_key
left join users
    on left(person_records.owner_id_salesforce, 15) = left(users.user_id_salesforce, 15)
left join sales_users
    on left(person_records.owner_id_salesforce, 15) = sales_users.user_key

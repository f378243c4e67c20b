{#-
    The record behind every value of `persons` that a record states. Where the company knows
    something better than the person's own records do, the winner is a record of the company.
-#}
{%- set contested_fields -%}
'phone_e164', 'company_name', 'prefecture', 'employee_count', 'industry'
{%- endset -%}
with

persons as (
    select * from {{ ref('int_persons_survived') }}
),

person_values as (
    select
        persons.person_id,
        case winners.unified_field
            when 'phone' then 'phone_e164'
            when 'mobile' then 'mobile_e164'
            else winners.unified_field
        end as field,
        winners.field_value,
        winners.value_record_key,
        winners.survivorship_rule,
        winners.value_at,
        1 as preference
    from persons
    inner join {{ ref('int_person_field_winners') }} as winners
        on persons.person_id = winners.person_id
    where winners.unified_field in ({{ "'" ~ (
        'full_name', 'family_name', 'given_name', 'email', 'phone', 'mobile', 'company_name',
        'title', 'department', 'prefecture', 'industry', 'employee_count',
    ) | join("', '") ~ "'" }})
),

{# Somebody without a landline is called on the mobile. #}
phones_by_mobile as (
    select
        person_id,
        'phone_e164' as field,
        field_value,
        value_record_key,
        survivorship_rule,
        value_at,
        2 as preference
    from person_values
    where field = 'mobile_e164'
),

company_values as (
    select
        persons.person_id,
        case winners.unified_field
            when 'account_name' then 'company_name' else winners.unified_field
        end as field,
        winners.field_value,
        winners.value_record_key,
        'company_' || winners.survivorship_rule as survivorship_rule,
        winners.value_at,
        case when winners.unified_field in ('employee_count', 'industry') then 0 else 2 end
            as preference
    from persons
    inner join {{ ref('int_account_field_winners') }} as winners
        on persons.account_id = winners.account_id
    where winners.unified_field in ('account_name', 'prefecture', 'employee_count', 'industry')
),

owners as (
    select
        persons.person_id,
        'owner_user_id_salesforce' as field,
        owners.owner_user_id_salesforce as field_value,
        owners.record_key as value_record_key,
        'last_assigned' as survivorship_rule,
        owners.assigned_at as value_at,
        1 as preference
    from persons
    inner join {{ ref('int_person_owners') }} as owners
        on persons.person_id = owners.person_id
),

all_values as (
    select * from person_values
    union all
    select * from phones_by_mobile
    union all
    select * from company_values
    union all
    select * from owners
),

{# Only these fields may have a value of both kinds; the others need no choice. #}
preferred as (
    select
        *,
        row_number() over (partition by person_id, field order by preference) as place
    from all_values
    where field in ({{ contested_fields }})
),

chosen as (
    select * from preferred
    where place = 1
    union all
    select
        *,
        1 as place
    from all_values
    where field not in ({{ contested_fields }})
),

records as (
    select
        record_key,
        source_system,
        source_object,
        source_id
    from {{ ref('int_person_records_unioned') }}
    union all
    select
        record_key,
        source_system,
        source_object,
        source_id
    from {{ ref('int_company_records_unioned') }}
)

select
    chosen.person_id,
    chosen.field,
    chosen.field_value as value,
    records.source_system,
    records.source_object,
    records.source_id,
    chosen.survivorship_rule as rule,
    chosen.value_at
from chosen
inner join records
    on chosen.value_record_key = records.record_key

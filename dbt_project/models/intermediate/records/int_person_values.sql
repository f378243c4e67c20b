{#-
    What each person record has to say about its person: normalised where identity normalises,
    the company's name where the record only hangs on a company, placeholders such as 不明 gone.
-#}
with

records as (
    select * from {{ ref('int_person_records_unioned') }}
),

values_per_record as (
    select
        records.record_key,
        {{ kk_blank_to_null(kk_without_honorific('records.full_name')) }} as full_name,
        {{ kk_blank_to_null(kk_without_honorific('records.family_name')) }} as family_name,
        {{ kk_blank_to_null(kk_without_honorific('records.given_name')) }} as given_name,
        records.full_name_reading,
        records.family_name_reading,
        records.given_name_reading,
        normalised.email_written as email,
        normalised.phone_e164 as phone,
        normalised.mobile_e164 as mobile,
        coalesce(records.company_name, companies.company_name) as company_name,
        case
            when records.company_name is null then companies.record_key else records.record_key
        end as company_name_record_key,
        normalised.corporate_number_normalised as corporate_number,
        records.website,
        records.department,
        records.title,
        records.postal_code,
        normalised.prefecture_normalised as prefecture,
        records.address,
        industries.industry,
        records.employee_count,
        records.annual_revenue_jpy
    from records
    inner join {{ ref('int_person_records_normalised') }} as normalised
        on records.record_key = normalised.record_key
    left join {{ ref('int_company_records_unioned') }} as companies
        on records.company_key = companies.record_key
    left join {{ ref('int_industries_mapped') }} as industries
        on records.industry = industries.source_value
),

filled_values as (
    {{ unpivot_fields('values_per_record', ['record_key', 'company_name_record_key'], [
        'full_name', 'family_name', 'given_name',
        'full_name_reading', 'family_name_reading', 'given_name_reading',
        'email', 'phone', 'mobile', 'company_name', 'corporate_number', 'website',
        'department', 'title', 'postal_code', 'prefecture', 'address',
        'industry', 'employee_count', 'annual_revenue_jpy',
    ]) }}
),

placeholders as (
    select distinct {{ kk_fold_width('value') }} as folded_value
    from {{ ref('placeholder_values') }}
)

select
    filled_values.record_key,
    case
        when filled_values.unified_field = 'company_name'
            then filled_values.company_name_record_key
        else filled_values.record_key
    end as value_record_key,
    filled_values.unified_field,
    filled_values.field_value
from filled_values
left join placeholders
    on {{ kk_fold_width('filled_values.field_value') }} = placeholders.folded_value
where placeholders.folded_value is null

{#-
    The select list that turns one staging model into person records. Everything that differs
    between the objects is passed by name; what an object does not have stays null.
-#}
{% macro person_record_columns(system, object, source_id) -%}
    {%- set text = kk_text_type() -%}
    {%- set given = dict(kwargs) -%}
        '{{ system }}:{{ object }}:' || {{ source_id }} as record_key,
        '{{ system }}' as source_system,
        '{{ object }}' as source_object,
        cast({{ source_id }} as {{ text }}) as source_id,
        coalesce(
            family_name || ' ' || given_name, full_name, family_name, given_name
        ) as full_name,
        family_name,
        given_name,
        coalesce(
            full_name_reading, family_name_reading || ' ' || given_name_reading
        ) as full_name_reading,
        family_name_reading,
        given_name_reading,
        email,
        phone,
        mobile,
        company_name,
        corporate_number,
        website,
        department,
        title,
        postal_code,
        prefecture,
        coalesce(city || address, address, city) as address,
        industry,
        employee_count,
        annual_revenue_jpy,
        cast({{ given.get('owner_id_salesforce', 'null') }} as {{ text }}) as owner_id_salesforce,
        {{ given.get('is_deleted', 'false') }} as is_deleted,
        cast({{ given.get('merged_into_key', 'null') }} as {{ text }}) as merged_into_key,
        cast({{ given.get('converted_to_key', 'null') }} as {{ text }}) as converted_to_key,
        cast({{ given.get('company_key', 'null') }} as {{ text }}) as company_key,
        cast({{ given.get('converted_account_key', 'null') }} as {{ text }})
            as converted_account_key,
        has_opted_out,
        is_decision_maker,
        competitor_in_use,
        cast({{ given['created_at'] }} as {{ kk_instant_type() }}) as created_at,
        cast({{ given['updated_at'] }} as {{ kk_instant_type() }}) as updated_at
{%- endmacro %}

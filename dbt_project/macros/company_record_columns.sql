{#- The select list that turns one staging model into company records. -#}
{% macro company_record_columns(system, object, source_id) -%}
        '{{ system }}:{{ object }}:' || {{ source_id }} as record_key,
        '{{ system }}' as source_system,
        '{{ object }}' as source_object,
        cast({{ source_id }} as {{ kk_text_type() }}) as source_id,
        account_name as company_name,
        corporate_number,
        website,
        coalesce({{ kk_url_host('domain') }}, {{ kk_url_host('website') }}) as domain,
        phone,
        postal_code,
        prefecture,
        coalesce(city || address, address, city) as address,
        industry,
        employee_count,
        annual_revenue_jpy,
        is_deleted,
        merged_into_key
{%- endmacro %}

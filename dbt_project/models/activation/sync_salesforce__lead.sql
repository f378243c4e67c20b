{#- A converted Lead is read-only in Salesforce; its Contact carries the values on. -#}
with

records as (
    select
        *,
        'salesforce:lead:' || lead_id_salesforce as record_key
    from {{ ref('stg_salesforce__leads') }}
    where not is_deleted and not is_converted
),

held_values as (
    {{ pushed_fields('salesforce', 'lead', 'records', 'lead_id_salesforce') }}
)

{{ sync_select('salesforce', 'lead', 'held_values') }}

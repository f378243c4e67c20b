with

records as (
    select
        *,
        'salesforce:contact:' || contact_id_salesforce as record_key
    from {{ ref('stg_salesforce__contacts') }}
    where not is_deleted
),

held_values as (
    {{ pushed_fields('salesforce', 'contact', 'records', 'contact_id_salesforce') }}
)

{{ sync_select('salesforce', 'contact', 'held_values') }}

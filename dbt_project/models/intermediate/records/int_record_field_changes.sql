{#- When a field of a Lead or Contact last got its value, as far as the org tracks the field. -#}
with

changes as (
    select
        'salesforce:lead:' || lead_id_salesforce as record_key,
        field_name,
        changed_at
    from {{ ref('stg_salesforce__lead_histories') }}
    union all
    select
        'salesforce:contact:' || contact_id_salesforce as record_key,
        field_name,
        changed_at
    from {{ ref('stg_salesforce__contact_histories') }}
)

select
    record_key,
    field_name,
    max(changed_at) as changed_at
from changes
where changed_at <= {{ as_of() }}
group by record_key, field_name

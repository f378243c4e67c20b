with

source as (
    select * from {{ source('salesforce', 'opportunity_contact_role') }}
),

renamed as (
    select
        -- ids
        id as opportunity_contact_role_id_salesforce,
        opportunity_id as opportunity_id_salesforce,
        contact_id as contact_id_salesforce,

        -- strings
        role as role_name,

        -- booleans
        coalesce(is_primary, false) as is_primary,
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

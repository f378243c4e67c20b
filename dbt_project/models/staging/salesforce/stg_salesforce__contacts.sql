with

source as (
    select * from {{ source('salesforce', 'contact') }}
),

renamed as (
    select
        -- ids
        id as contact_id_salesforce,
        account_id as account_id_salesforce,
        owner_id as owner_user_id_salesforce,
        master_record_id as merged_into_contact_id_salesforce,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('salesforce', 'contact', entity='person') }},

        -- strings
        lead_source,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

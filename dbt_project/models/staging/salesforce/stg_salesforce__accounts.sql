with

source as (
    select * from {{ source('salesforce', 'account') }}
),

renamed as (
    select
        -- ids
        id as account_id_salesforce,
        parent_id as parent_account_id_salesforce,
        owner_id as owner_user_id_salesforce,
        master_record_id as merged_into_account_id_salesforce,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('salesforce', 'account', entity='account') }},

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

with

source as (
    select * from {{ source('salesforce', 'lead') }}
),

renamed as (
    select
        -- ids
        id as lead_id_salesforce,
        owner_id as owner_user_id_salesforce,
        master_record_id as merged_into_lead_id_salesforce,
        converted_account_id as converted_account_id_salesforce,
        converted_contact_id as converted_contact_id_salesforce,
        converted_opportunity_id as converted_opportunity_id_salesforce,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('salesforce', 'lead', entity='person') }},

        -- strings
        status as lead_status,
        lead_source,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,
        coalesce(is_converted, false) as is_converted,

        -- dates and instants
        converted_date as converted_on,
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

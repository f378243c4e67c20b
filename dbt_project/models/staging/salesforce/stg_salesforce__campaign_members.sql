with

source as (
    select * from {{ source('salesforce', 'campaign_member') }}
),

renamed as (
    select
        -- ids
        id as campaign_member_id_salesforce,
        campaign_id as campaign_id_salesforce,
        lead_id as lead_id_salesforce,
        contact_id as contact_id_salesforce,

        -- strings
        status as member_status,

        -- booleans
        coalesce(has_responded, false) as has_responded,
        coalesce(is_deleted, false) as is_deleted,

        -- dates and instants
        first_responded_date as first_responded_on,
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

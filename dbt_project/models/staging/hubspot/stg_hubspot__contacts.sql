with

source as (
    select * from {{ source('hubspot', 'contact') }}
),

renamed as (
    select
        -- ids
        id as contact_id_hubspot,
        associatedcompanyid as company_id_hubspot,
        hubspot_owner_id as owner_id_hubspot,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('hubspot', 'contact', entity='person') }},

        -- strings
        lifecyclestage as lifecycle_stage_hubspot,
        hs_lead_status as lead_status_hubspot,
        hs_analytics_source as original_source,
        hs_merged_object_ids as merged_contact_ids_hubspot,

        -- booleans
        coalesce(archived, false) as is_deleted,

        -- instants
        created_at,
        updated_at
    from source
)

select * from renamed

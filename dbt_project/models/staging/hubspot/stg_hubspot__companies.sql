with

source as (
    select * from {{ source('hubspot', 'company') }}
),

renamed as (
    select
        -- ids
        id as company_id_hubspot,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('hubspot', 'company', entity='account') }},

        -- strings
        hs_merged_object_ids as merged_company_ids_hubspot,

        -- booleans
        coalesce(archived, false) as is_deleted,

        -- instants
        created_at,
        updated_at
    from source
)

select * from renamed

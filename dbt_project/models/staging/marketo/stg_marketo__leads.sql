with

source as (
    select * from {{ source('marketo', 'lead') }}
),

renamed as (
    select
        -- ids
        id as lead_id_marketo,
        merged_into as merged_into_lead_id_marketo,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('marketo', 'lead', entity='person') }},

        -- strings
        lead_status as lead_status_marketo,
        lead_source as original_source,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        created_at,
        updated_at
    from source
)

select * from renamed

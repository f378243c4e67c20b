with

source as (
    select * from {{ source('hubspot', 'form') }}
),

renamed as (
    select
        -- ids
        id as form_id_hubspot,

        -- strings
        name as form_name,
        form_type,

        -- booleans
        coalesce(archived, false) as is_deleted,

        -- instants
        created_at,
        updated_at
    from source
)

select * from renamed

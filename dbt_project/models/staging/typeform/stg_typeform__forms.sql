with

source as (
    select * from {{ source('typeform', 'form') }}
),

renamed as (
    select
        -- ids
        id as form_id_typeform,

        -- strings
        title as form_name,

        -- instants
        created_at,
        last_updated_at as updated_at
    from source
)

select * from renamed

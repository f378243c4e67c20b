with

source as (
    select * from {{ source('hubspot', 'association') }}
),

renamed as (
    select
        -- ids
        from_object,
        from_id,
        to_object,
        to_id,
        type_id,

        -- strings
        category,
        label,

        -- booleans
        label = 'Primary' and category = 'HUBSPOT_DEFINED' as is_primary,
        coalesce(archived, false) as is_deleted
    from source
)

select * from renamed

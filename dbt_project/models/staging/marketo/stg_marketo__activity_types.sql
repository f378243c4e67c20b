with

source as (
    select * from {{ source('marketo', 'activity_type') }}
),

renamed as (
    select
        -- ids
        id as activity_type_id_marketo,

        -- strings
        name as activity_type_name,
        api_name as activity_type_api_name
    from source
)

select * from renamed

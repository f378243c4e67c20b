with

source as (
    select * from {{ source('landing', 'rejected_row') }}
),

renamed as (
    select
        -- strings
        source as source_system,
        resource as resource_name,
        source_id,
        column_name,
        reason,
        row_json,

        -- instants
        rejected_at
    from source
)

select * from renamed

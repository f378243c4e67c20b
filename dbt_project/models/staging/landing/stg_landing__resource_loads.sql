with

source as (
    select * from {{ source('landing', 'resource_load') }}
),

renamed as (
    select
        -- strings
        source as source_system,
        resource as resource_name,
        status,
        error,

        -- numerics
        rows_total as row_count,
        rows_last_load as row_count_last_load,

        -- instants
        last_loaded_at,
        newest_record_at
    from source
)

select * from renamed

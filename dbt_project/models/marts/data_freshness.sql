with

resource_loads as (
    select * from {{ ref('stg_landing__resource_loads') }}
)

select
    source_system as source,
    resource_name as resource,
    last_loaded_at,
    cast(coalesce(row_count, 0) as bigint) as rows,
    newest_record_at,
    status,
    cast(coalesce(row_count_last_load, 0) as bigint) as rows_last_load,
    error
from resource_loads

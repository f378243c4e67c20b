{#-
    Lives in the state database and is never rebuilt: no source could give these ids back.
    A record that its source no longer shows keeps its row, so that it gets its id back.
-#}
{{ config(
    database='state',
    schema='identity',
    alias='registry',
    materialized='incremental',
    unique_key=['entity', 'record_key'],
    incremental_strategy='delete+insert',
    full_refresh=false,
    on_schema_change='fail'
) }}

select
    resolved.entity,
    resolved.record_key,
    resolved.resolved_id,
    {{ as_of() }} as first_seen_at,
    {{ as_of() }} as updated_at
from {{ ref('int_records_resolved') }} as resolved
where resolved.previous_id is null or resolved.previous_id <> resolved.resolved_id

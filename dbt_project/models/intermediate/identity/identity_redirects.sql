{#- Lives in the state database: readers that hold an old id find the new one here. -#}
{{ config(
    database='state',
    schema='identity',
    alias='redirects',
    materialized='incremental',
    unique_key=['entity', 'old_id', 'new_id'],
    incremental_strategy='delete+insert',
    full_refresh=false,
    on_schema_change='fail'
) }}

select distinct
    resolved.entity,
    resolved.previous_id as old_id,
    resolved.resolved_id as new_id,
    {{ as_of() }} as happened_at,
    resolved.redirect_reason as reason
from {{ ref('int_records_resolved') }} as resolved
where resolved.redirect_reason is not null

{#- What each finding last said, so that a finding that is gone can still be named. -#}
{{ config(
    database='state',
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='finding_id',
    on_schema_change='append_new_columns',
    full_refresh=false,
    tags=['friday']
) }}

select * from {{ ref('hygiene_findings_unioned') }}

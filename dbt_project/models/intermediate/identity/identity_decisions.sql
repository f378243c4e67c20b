{#-
    Lives in the state database, is only added to and never rebuilt: people do not decide twice
    what they decided once, and the files they dropped may be gone.
-#}
{{ config(
    database='state',
    schema='identity',
    alias='decisions',
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='fail'
) }}

with

gathered as (
    select * from {{ ref('int_decisions_gathered') }}
),

remembered as (
    select * from {{ source('identity_state', 'decisions') }}
)

select gathered.*
from gathered
left join remembered
    on gathered.decision_id = remembered.decision_id
where remembered.decision_id is null

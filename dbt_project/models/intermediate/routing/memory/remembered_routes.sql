{#-
    Who was given to whom, kept for ever: the next run goes on with the turn where this one left
    it, and moves nobody who has an owner. Leads in a queue are remembered too and tried again.
-#}
{{ config(
    database='state',
    schema='routing',
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='person_id',
    on_schema_change='append_new_columns',
    full_refresh=false
) }}

select
    person_id,
    team,
    rule_id,
    owner_user_id_salesforce,
    queue,
    reason,
    routed_at,
    turn_number
from {{ ref('int_routes_decided') }}

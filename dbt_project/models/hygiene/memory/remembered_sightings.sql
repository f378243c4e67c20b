{#-
    Which findings stood in which week. A week is written anew each time, also when nothing is
    left of it, so that running a Friday twice remembers it once.
-#}
{{ config(
    database='state',
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
    pre_hook="{{ forget_week(this) }}",
    tags=['friday']
) }}

select
    {{ kk_week_start_on(as_of()) }} as week_start_on,
    rule_id,
    finding_id,
    {{ kk_tokyo_date(as_of()) }} as seen_on
from {{ ref('hygiene_findings_unioned') }}

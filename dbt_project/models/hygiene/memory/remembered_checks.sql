{#- How much each rule looked at and found, one row per week and rule; kept for ever. -#}
{{ config(
    database='state',
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['week_start_on', 'rule_id'],
    on_schema_change='append_new_columns',
    full_refresh=false,
    tags=['friday']
) }}

with

checks as (
    select * from {{ ref('hygiene_checks_counted') }}
),

findings as (
    select
        rule_id,
        count(*) as failed
    from {{ ref('hygiene_findings_unioned') }}
    group by rule_id
)

select
    {{ kk_week_start_on(as_of()) }} as week_start_on,
    checks.rule_id,
    cast(checks.checked as bigint) as checked,
    cast(coalesce(findings.failed, 0) as bigint) as failed,
    {{ kk_tokyo_date(as_of()) }} as held_on
from checks
left join findings
    on checks.rule_id = findings.rule_id

{#- The acts up to as_of: what is dated later has not happened yet. -#}
{{ config(materialized='view') }}
select *
from {{ ref('int_acts_unioned') }}
where occurred_at <= {{ as_of() }}

{#-
    Fails when a week's findings are not last week's minus the fixed plus the new ones: then the
    report would praise or blame for work that nobody did.
-#}
with

weeks as (
    select
        *,
        coalesce(
            lag(failed) over (partition by rule_id order by week_start_on), 0
        ) as failed_before
    from {{ ref('hygiene_history') }}
)

select *
from weeks
where failed <> failed_before - fixed_since_last + new_since_last

{#- Which stages close or win a deal is the org's own setting; its deals show it. -#}
with

opportunities as (
    select * from {{ ref('stg_salesforce__opportunities') }}
)

select
    stage,
    bool_or(coalesce(is_closed, false)) as is_closed,
    bool_or(coalesce(is_won, false)) as is_won
from opportunities
where stage is not null
group by stage

{#- Tenths of the reviewed people, best score first; equal scores are in one tenth. -#}
with

placed as (
    select
        *,
        cast(ceil(10 * cume_dist() over (order by score desc)) as integer) as decile
    from {{ ref('int_review_persons_dated') }}
)

select
    decile,
    min(score) as lowest_score,
    max(score) as highest_score,
    count(*) as person_count,
    cast(sum(case when has_deal then 1 else 0 end) as bigint) as deal_count,
    cast(sum(case when has_won then 1 else 0 end) as bigint) as won_count
from placed
group by decile

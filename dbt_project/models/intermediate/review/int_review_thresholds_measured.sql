{#- What each possible threshold of the score would have caught: one row per score people had. -#}
with

persons as (
    select * from {{ ref('int_review_persons_dated') }}
),

by_score as (
    select
        score,
        count(*) as person_count,
        sum(case when has_deal then 1 else 0 end) as deal_count
    from persons
    where score > 0
    group by score
)

select
    score as threshold,
    cast(sum(person_count) over (order by score desc) as bigint) as person_count,
    cast(sum(deal_count) over (order by score desc) as bigint) as deal_count
from by_score

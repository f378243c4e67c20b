{#-
    Up to three of the reviewed people for whom each scoring rule held at the start of the period:
    who won or had a deal first, then the best score, so that both teams can open real cases.
-#}
with

spans as (
    {{ scoring_spans() }}
),

held as (
    select distinct
        rule_id,
        person_id
    from spans
    where held_from <= {{ review_start() }} and {{ review_start() }} < held_until
),

placed as (
    select
        held.rule_id,
        persons.person_id,
        persons.score,
        persons.has_deal,
        persons.has_won,
        cast(row_number() over (
            partition by held.rule_id
            order by
                persons.has_won desc,
                persons.has_deal desc,
                persons.score desc,
                persons.person_id asc
        ) as integer) as example_number
    from held
    inner join {{ ref('int_review_persons_dated') }} as persons
        on held.person_id = persons.person_id
)

select
    rule_id,
    example_number,
    person_id,
    score,
    has_deal,
    has_won
from placed
where example_number <= 3

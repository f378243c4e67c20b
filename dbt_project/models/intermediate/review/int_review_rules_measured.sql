{#-
    Each scoring rule in force against the outcome: for how many of the reviewed people it held at
    the start of the period, how many of them had a deal by its end, and whether it ever held.
-#}
with

rules as (
    select
        rule_id,
        rule_name_ja,
        points
    from {{ ref('scoring_rules') }}
    where is_in_force
),

spans as (
    {{ scoring_spans() }}
),

ever as (
    select
        rule_id,
        count(distinct person_id) as person_count
    from spans
    where held_from <= {{ as_of() }}
    group by rule_id
),

held as (
    select distinct
        spans.rule_id,
        spans.person_id
    from spans
    where spans.held_from <= {{ review_start() }} and {{ review_start() }} < spans.held_until
),

outcomes as (
    select
        held.rule_id,
        count(*) as person_count,
        sum(case when persons.has_deal then 1 else 0 end) as deal_count,
        sum(case when persons.has_won then 1 else 0 end) as won_count
    from held
    inner join {{ ref('int_review_persons_dated') }} as persons
        on held.person_id = persons.person_id
    group by held.rule_id
)

select
    rules.rule_id,
    rules.rule_name_ja,
    rules.points,
    coalesce(ever.person_count, 0) as ever_count,
    coalesce(outcomes.person_count, 0) as person_count,
    cast(coalesce(outcomes.deal_count, 0) as bigint) as deal_count,
    cast(coalesce(outcomes.won_count, 0) as bigint) as won_count
from rules
left join ever
    on rules.rule_id = ever.rule_id
left join outcomes
    on rules.rule_id = outcomes.rule_id

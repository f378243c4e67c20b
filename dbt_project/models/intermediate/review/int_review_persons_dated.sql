{#-
    The people on whom the agreement is reviewed: known, no NG and without a deal at the start of
    the review period, with the score they had then and the deals they had by its end. The score is
    the one before the outcome, so that a deal's own touches do not make it look right.
-#}
with

first_seen as (
    select * from {{ ref('int_persons_first_seen') }}
    where first_seen_at <= {{ review_start() }}
),

ng_persons as (
    select person_id
    from {{ ref('int_persons_ng_judged') }}
    where ng_at <= {{ review_start() }}
),

deal_transitions as (
    select
        person_id,
        min(happened_at) as first_deal_at,
        min(case when to_stage = 'Won' then happened_at end) as won_at
    from {{ ref('int_stage_transitions_folded') }}
    where to_stage in ('Opportunity', 'Won', 'Lost')
    group by person_id
),

scores as (
    select
        person_id,
        score
    from {{ ref('int_person_scores_dated') }}
    where held_from <= {{ review_start() }} and {{ review_start() }} < held_until
)

select
    first_seen.person_id,
    coalesce(scores.score, 0) as score,
    deal_transitions.first_deal_at is not null as has_deal,
    deal_transitions.won_at is not null as has_won
from first_seen
left join ng_persons
    on first_seen.person_id = ng_persons.person_id
left join deal_transitions
    on first_seen.person_id = deal_transitions.person_id
left join scores
    on first_seen.person_id = scores.person_id
where
    ng_persons.person_id is null
    and (
        deal_transitions.first_deal_at is null
        or deal_transitions.first_deal_at > {{ review_start() }}
    )

{#-
    When a rule of stage_rules.csv holds: where all its conditions hold at once. A rule on a
    person is judged on the person, a rule on fields of a Lead or Contact (BANT) on one record.
-#}
with

stage_conditions as (
    select
        *,
        count(*) over (partition by rule_id) as condition_count
    from {{ ref('int_rule_conditions_listed') }}
    where purpose <> 'score'
),

person_spans as (
    select
        person_id as subject_key,
        rule_id,
        held_from,
        held_until
    from {{ ref('int_attribute_spans_found') }}
    where purpose <> 'score'
    union all
    select
        person_id as subject_key,
        rule_id,
        held_from,
        held_until
    from {{ ref('int_behaviour_spans_found') }}
    where purpose <> 'score'
),

score_spans as (
    select
        scores.person_id as subject_key,
        stage_conditions.rule_id,
        scores.held_from,
        scores.held_until
    from {{ ref('int_person_scores_dated') }} as scores
    inner join stage_conditions
        on stage_conditions.measure = 'score'
    where
        {{ condition_holds(
            'cast(scores.score as ' ~ kk_text_type() ~ ')',
            'stage_conditions.operator', 'stage_conditions.value'
        ) }}
),

record_spans as (
    select
        record_key as subject_key,
        rule_id,
        held_from,
        held_until
    from {{ ref('int_record_spans_found') }}
),

spans as (
    select * from person_spans
    union all
    select * from score_spans
    union all
    select * from record_spans
),

edges as (
    select
        subject_key,
        rule_id,
        held_from as changed_at,
        1 as held_change
    from spans
    union all
    select
        subject_key,
        rule_id,
        held_until as changed_at,
        -1 as held_change
    from spans
),

changes as (
    select
        subject_key,
        rule_id,
        changed_at,
        sum(held_change) as held_change
    from edges
    group by subject_key, rule_id, changed_at
),

counted as (
    select
        subject_key,
        rule_id,
        changed_at as held_from,
        lead(changed_at) over (
            partition by subject_key, rule_id
            order by changed_at
        ) as held_until,
        sum(held_change) over (
            partition by subject_key, rule_id
            order by changed_at
            rows between unbounded preceding and current row
        ) as held_count
    from changes
)

select
    counted.subject_key,
    stage_conditions.purpose as to_stage,
    counted.rule_id,
    counted.held_from,
    counted.held_until
from counted
inner join stage_conditions
    on
        counted.rule_id = stage_conditions.rule_id
        and stage_conditions.condition_number = 1
        and counted.held_count = stage_conditions.condition_count
where counted.held_until is not null

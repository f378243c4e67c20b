{#-
    Every condition of the agreement that looks at a person's attributes or touchpoints, whether
    it scores (scoring_rules.csv) or leads to a stage (stage_rules.csv), in one shape.
-#}
with

scoring_rules as (
    select * from {{ ref('scoring_rules') }}
    where is_in_force
),

stage_rules as (
    select
        *,
        row_number() over (
            partition by rule_id
            order by measure, operator, value
        ) as condition_number
    from {{ ref('stage_rules') }}
),

unioned as (
    select
        'score' as purpose,
        rule_id,
        1 as condition_number,
        measure,
        operator,
        value,
        window_days,
        session_gap_minutes,
        points,
        is_per_event,
        case
            when valid_from_on is not null then {{ kk_tokyo_midnight('valid_from_on') }}
        end as valid_from,
        case
            when valid_to_on is not null then {{ kk_tokyo_midnight('valid_to_on') }}
        end as valid_until
    from scoring_rules
    union all
    select
        to_stage as purpose,
        rule_id,
        condition_number,
        measure,
        operator,
        value,
        window_days,
        session_gap_minutes,
        0 as points,
        false as is_per_event,
        cast(null as {{ kk_instant_type() }}) as valid_from,
        cast(null as {{ kk_instant_type() }}) as valid_until
    from stage_rules
)

select
    purpose,
    rule_id,
    condition_number,
    measure,
    operator,
    value,
    window_days,
    session_gap_minutes,
    points,
    is_per_event,
    coalesce(valid_from, {{ kk_beginning_of_time() }}) as valid_from,
    coalesce(valid_until, {{ kk_end_of_time() }}) as valid_until
from unioned

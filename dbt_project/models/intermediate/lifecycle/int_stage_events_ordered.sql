{#-
    Everything that may change a person's stage, numbered in time; in one instant the lowest stage
    first, what makes a person no lead before it, the return to nurturing after it. Which of them
    do change the stage is folded in int_stage_transitions_folded.
-#}
with

deal_events as (
    select * from {{ ref('int_deal_events_listed') }}
),

prospect_spans as (
    select
        spans.subject_key as person_id,
        spans.held_from as happened_at,
        spans.rule_id,
        row_number() over (
            partition by spans.subject_key
            order by spans.held_from, spans.rule_id
        ) as span_rank
    from {{ ref('int_stage_rule_spans_found') }} as spans
    where spans.to_stage = 'Prospect'
),

counted_touches as (
    select
        person_id,
        rule_id,
        occurred_at,
        min(touchpoint_id) as evidence
    from {{ ref('int_behaviours_counted') }}
    where purpose = 'Prospect'
    group by person_id, rule_id, occurred_at
),

events as (
    select
        person_id,
        first_seen_at as happened_at,
        1 as stage_order,
        'Suspect' as to_stage,
        'first_seen' as rule_id,
        first_seen_evidence as evidence,
        cast(null as {{ kk_instant_type() }}) as cycle_key
    from {{ ref('int_persons_first_seen') }}
    where first_seen_at is not null
    union all
    select
        person_id,
        ng_at as happened_at,
        2 as stage_order,
        'NG' as to_stage,
        ng_reason as rule_id,
        evidence,
        cast(null as {{ kk_instant_type() }}) as cycle_key
    from {{ ref('int_persons_ng_judged') }}
    union all
    select
        prospect_spans.person_id,
        prospect_spans.happened_at,
        3 as stage_order,
        'Prospect' as to_stage,
        prospect_spans.rule_id,
        counted_touches.evidence,
        cast(null as {{ kk_instant_type() }}) as cycle_key
    from prospect_spans
    left join counted_touches
        on
            prospect_spans.person_id = counted_touches.person_id
            and prospect_spans.rule_id = counted_touches.rule_id
            and prospect_spans.happened_at = counted_touches.occurred_at
    where prospect_spans.span_rank = 1
    union all
    select
        person_id,
        happened_at,
        4 as stage_order,
        'MQL' as to_stage,
        rule_id,
        evidence,
        recycled_at as cycle_key
    from {{ ref('int_mql_candidates_found') }}
    union all
    select
        person_id,
        happened_at,
        5 as stage_order,
        'SQL' as to_stage,
        rule_id,
        evidence,
        mql_at as cycle_key
    from {{ ref('int_sql_candidates_found') }}
    union all
    select
        person_id,
        happened_at,
        6 as stage_order,
        'SQL' as to_stage,
        rule_id,
        evidence,
        cast(null as {{ kk_instant_type() }}) as cycle_key
    from deal_events
    where to_stage = 'Opportunity'
    union all
    select
        person_id,
        happened_at,
        case to_stage when 'Opportunity' then 7 when 'Lost' then 8 else 9 end as stage_order,
        to_stage,
        rule_id,
        evidence,
        cast(null as {{ kk_instant_type() }}) as cycle_key
    from deal_events
    union all
    select
        person_id,
        happened_at,
        10 as stage_order,
        'Recycled' as to_stage,
        rule_id,
        evidence,
        happened_at as cycle_key
    from {{ ref('int_recycle_signals_listed') }}
)

select
    *,
    cast(
        row_number() over (
            partition by person_id
            order by happened_at, stage_order, rule_id, evidence, cycle_key
        ) as bigint
    ) as event_number
from events
where happened_at <= {{ as_of() }}

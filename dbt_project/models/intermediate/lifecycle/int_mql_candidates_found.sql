{#-
    Where a person could become MQL: the first instant at which a rule holds, looked for from the
    moment the person is a Prospect, and anew after each return to nurturing from the first
    marketing touch that follows it (opening a mail is not enough).
-#}
with

rule_spans as (
    select * from {{ ref('int_stage_rule_spans_found') }}
),

score_rules as (
    select distinct rule_id
    from {{ ref('int_rule_conditions_listed') }}
    where measure = 'score'
),

touchpoints as (
    select * from {{ ref('int_touchpoints_deduplicated') }}
),

prospects as (
    select
        subject_key as person_id,
        min(held_from) as searched_from
    from rule_spans
    where to_stage = 'Prospect'
    group by subject_key
),

returns as (
    select
        recycled.person_id,
        recycled.happened_at as recycled_at,
        min(touchpoints.occurred_at) as searched_from
    from {{ ref('int_recycle_signals_listed') }} as recycled
    inner join touchpoints
        on
            recycled.person_id = touchpoints.person_id
            and recycled.happened_at < touchpoints.occurred_at
            and touchpoints.restarts_recycled
    group by recycled.person_id, recycled.happened_at
),

searches as (
    select
        person_id,
        cast(null as {{ kk_instant_type() }}) as recycled_at,
        searched_from
    from prospects
    union all
    select
        person_id,
        recycled_at,
        searched_from
    from returns
),

holding as (
    select
        searches.person_id,
        searches.recycled_at,
        rule_spans.rule_id,
        greatest(rule_spans.held_from, searches.searched_from) as happened_at,
        row_number() over (
            partition by searches.person_id, searches.recycled_at
            order by
                greatest(rule_spans.held_from, searches.searched_from),
                case when score_rules.rule_id is not null then 0 else 1 end,
                rule_spans.rule_id
        ) as candidate_rank
    from searches
    inner join rule_spans
        on
            searches.person_id = rule_spans.subject_key
            and rule_spans.to_stage = 'MQL'
            and searches.searched_from < rule_spans.held_until
    left join score_rules
        on rule_spans.rule_id = score_rules.rule_id
),

touches_then as (
    select
        person_id,
        occurred_at,
        min(touchpoint_id) as evidence
    from touchpoints
    group by person_id, occurred_at
)

select
    holding.person_id,
    holding.recycled_at,
    holding.happened_at,
    holding.rule_id,
    touches_then.evidence
from holding
left join touches_then
    on
        holding.person_id = touches_then.person_id
        and holding.happened_at = touches_then.occurred_at
where holding.candidate_rank = 1 and holding.happened_at <= {{ as_of() }}

{#-
    Where a person could become SQL after a given MQL: the first instant from that MQL on at
    which an SQL rule holds on one of the person's records.
-#}
with

mql_candidates as (
    select distinct
        person_id,
        happened_at as mql_at
    from {{ ref('int_mql_candidates_found') }}
),

person_sources as (
    select
        record_key,
        person_id
    from {{ ref('int_person_sources_assigned') }}
),

rule_spans as (
    select * from {{ ref('int_stage_rule_spans_found') }}
    where to_stage = 'SQL'
),

holding as (
    select
        mql_candidates.person_id,
        mql_candidates.mql_at,
        greatest(rule_spans.held_from, mql_candidates.mql_at) as happened_at,
        rule_spans.rule_id,
        rule_spans.subject_key as evidence,
        row_number() over (
            partition by mql_candidates.person_id, mql_candidates.mql_at
            order by
                greatest(rule_spans.held_from, mql_candidates.mql_at),
                rule_spans.rule_id,
                rule_spans.subject_key
        ) as candidate_rank
    from mql_candidates
    inner join person_sources
        on mql_candidates.person_id = person_sources.person_id
    inner join rule_spans
        on
            person_sources.record_key = rule_spans.subject_key
            and mql_candidates.mql_at < rule_spans.held_until
)

select
    person_id,
    mql_at,
    happened_at,
    rule_id,
    evidence
from holding
where candidate_rank = 1 and happened_at <= {{ as_of() }}

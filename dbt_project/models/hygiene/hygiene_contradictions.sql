{#-
    Decisions about two records that newer decisions overrule, the newest of each pair, for the
    records there are. Two people answered one question differently, or a chain of newer decisions
    says the opposite.
-#}
with

overruled as (
    select
        decision_id,
        overruled_by
    from {{ ref('int_decisions_judged') }}
    where standing = 'overruled'
),

decisions as (
    select
        *,
        least(record_key_a, record_key_b) as low_key,
        greatest(record_key_a, record_key_b) as high_key
    from {{ ref('int_decisions_gathered') }}
),

resolved as (
    select * from {{ ref('int_records_resolved') }}
),

ranked as (
    select
        decisions.*,
        overruled.overruled_by,
        row_number() over (
            partition by decisions.entity, decisions.low_key, decisions.high_key
            order by decisions.decided_at desc, decisions.decision_id desc
        ) as newness
    from overruled
    inner join decisions
        on overruled.decision_id = decisions.decision_id
)

select
    ranked.entity,
    ranked.low_key,
    ranked.high_key,
    records_a.source_system,
    records_a.source_object,
    records_a.source_id,
    records_a.resolved_id,
    case when ranked.kind = 'not_same' then '別' else '同じ' end as verdict_ja,
    {{ day_ja(kk_tokyo_date('ranked.decided_at')) }} as decided_ja,
    coalesce(ranked.decided_by, '記名なし') as decided_by,
    1 + length(ranked.overruled_by) - length(replace(ranked.overruled_by, chr(10), ''))
        as overruled_by_count
from ranked
inner join resolved as records_a
    on ranked.entity = records_a.entity and ranked.low_key = records_a.record_key
inner join resolved as records_b
    on ranked.entity = records_b.entity and ranked.high_key = records_b.record_key
where ranked.newness = 1

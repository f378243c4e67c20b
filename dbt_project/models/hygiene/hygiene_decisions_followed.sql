{#-
    What became of every decision. A decision about two records is carried out when matching has
    them together or apart today; any other one when the rule does not find its finding any more.
    Nothing is taken for done because it was decided.
-#}
with

decisions as (
    select * from {{ ref('int_decisions_gathered') }}
),

judged as (
    select * from {{ ref('int_decisions_judged') }}
),

resolved as (
    select * from {{ ref('int_records_resolved') }}
),

latest as (
    select decision_id from {{ ref('hygiene_decisions_latest') }}
),

findings as (
    select finding_id from {{ ref('hygiene_findings_unioned') }}
),

looked_up as (
    select
        decisions.*,
        judged.standing,
        records_a.resolved_id as resolved_id_a,
        records_b.resolved_id as resolved_id_b,
        latest.decision_id is not null as is_latest,
        findings.finding_id is not null as is_found
    from decisions
    left join judged
        on decisions.decision_id = judged.decision_id
    left join resolved as records_a
        on decisions.record_key_a = records_a.record_key and decisions.entity = records_a.entity
    left join resolved as records_b
        on decisions.record_key_b = records_b.record_key and decisions.entity = records_b.entity
    left join latest
        on decisions.decision_id = latest.decision_id
    left join findings
        on decisions.finding_id = findings.finding_id
)

select
    decision_id,
    finding_id,
    rule_id,
    kind,
    decided_value,
    comment,
    decided_by,
    {{ kk_tokyo_date('decided_at') }} as decided_on,
    is_latest,
    case
        when kind in ('note', 'hold') then 'noted'
        when standing = 'revised' then 'replaced'
        when standing = 'overruled' then 'overruled'
        when standing is not null and (resolved_id_a is null or resolved_id_b is null) then 'asleep'
        when standing is not null and (kind <> 'not_same') = (resolved_id_a = resolved_id_b)
            then 'carried_out'
        when standing is not null then 'waiting'
        when not is_latest then 'replaced'
        when is_found then 'waiting'
        else 'carried_out'
    end as outcome
from looked_up

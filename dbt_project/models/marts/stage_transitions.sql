with

transitions as (
    select * from {{ ref('int_stage_transitions_folded') }}
)

select
    person_id,
    from_stage,
    to_stage,
    happened_at,
    {{ stage_reason('rule_id', 'evidence') }} as reason,
    split_part(evidence, ':', 1) as source_system,
    cast(transition_number as integer) as transition_number,
    rule_id,
    evidence as evidence_key
from transitions

select distinct
    escalation_id,
    case when person_id is null then 'opportunity' else 'person' end as evidence_kind,
    coalesce(person_id, opportunity_id) as evidence_id
from {{ ref('int_escalations_unioned') }}

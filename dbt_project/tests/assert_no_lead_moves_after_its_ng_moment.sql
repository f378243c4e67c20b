-- From the NG moment on a person is nobody's lead: only deals may still move the stage, nothing is
-- untouched or dormant by it.
select
    lifecycle.person_id,
    transitions.to_stage,
    transitions.happened_at,
    lifecycle.ng_at
from {{ ref('int_person_lifecycle') }} as lifecycle
left join {{ ref('stage_transitions') }} as transitions
    on
        lifecycle.person_id = transitions.person_id
        and lifecycle.ng_at <= transitions.happened_at
        and transitions.to_stage in ('Prospect', 'MQL', 'SQL', 'Recycled')
where
    lifecycle.is_ng
    and (transitions.person_id is not null or lifecycle.is_untouched)

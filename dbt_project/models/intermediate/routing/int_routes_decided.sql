{#- Everybody who needs an owner with the rep or the queue who has them, and why. -#}
select
    person_id,
    owner_user_id_salesforce,
    cast(null as {{ kk_text_type() }}) as queue,
    team,
    rule_id,
    reason,
    routed_at,
    cast(turn_number as bigint) as turn_number
from {{ ref('int_routes_kept') }}
union all
select
    person_id,
    owner_user_id_salesforce,
    queue,
    team,
    rule_id,
    reason,
    {{ as_of() }} as routed_at,
    cast(turn_number as bigint) as turn_number
from {{ ref('int_routes_given') }}

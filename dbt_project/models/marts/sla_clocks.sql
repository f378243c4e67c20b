with

clocks as (
    select * from {{ ref('int_sla_clocks_measured') }}
),

owners as (
    select * from {{ ref('int_person_owners') }}
)

select
    clocks.person_id,
    clocks.policy,
    clocks.started_at,
    clocks.due_at,
    clocks.met_at,
    clocks.status,
    coalesce(clocks.handed_to_user_id_salesforce, owners.owner_user_id_salesforce)
        as owner_user_id_salesforce,
    cast(clocks.elapsed_hours as double) as elapsed_hours,
    cast(clocks.business_hours as double) as business_hours,
    cast(clocks.cycle_number as integer) as cycle_number,
    clocks.is_current as is_current_cycle
from clocks
left join owners
    on clocks.person_id = owners.person_id

with

routes as (
    select * from {{ ref('int_routes_decided') }}
)

select
    person_id,
    owner_user_id_salesforce,
    rule_id,
    reason,
    routed_at,
    team,
    queue,
    cast(turn_number as integer) as turn_number,
    owner_user_id_salesforce is null as is_alert
from routes

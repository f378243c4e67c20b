{#-
    Routes of earlier runs as the state remembers them, under the ids that persons have today: of
    two persons who became one, the route that was given first.
-#}
with

remembered as (
    {{ remembered(source('routing_state', 'remembered_routes'), [
        'person_id', 'team', 'rule_id', 'owner_user_id_salesforce', 'queue', 'reason', 'routed_at',
        'turn_number',
    ]) }}
),

redirects as (
    select
        old_id,
        min(new_id) as new_id
    from {{ ref('identity_redirects') }}
    where entity = 'person'
    group by old_id
),

persons as (
    select person_id from {{ ref('int_persons_survived') }}
),

renamed as (
    select
        remembered.team,
        remembered.rule_id,
        remembered.owner_user_id_salesforce,
        remembered.queue,
        remembered.reason,
        remembered.routed_at,
        remembered.turn_number,
        case
            when persons.person_id is not null then remembered.person_id
            else coalesce(redirects.new_id, remembered.person_id)
        end as person_id
    from remembered
    left join persons
        on remembered.person_id = persons.person_id
    left join redirects
        on remembered.person_id = redirects.old_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id
            order by routed_at, turn_number nulls last
        ) as route_rank
    from renamed
)

select
    person_id,
    team,
    rule_id,
    owner_user_id_salesforce,
    queue,
    reason,
    routed_at,
    turn_number
from ranked
where route_rank = 1

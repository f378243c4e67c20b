{#-
    Persons who have an owner before anybody takes a turn: by an exception of the agreement, because
    sales owns them already, or because an earlier run gave them to a rep who is still there. A lead
    that is assigned is not moved, also when its rep is absent or stopped today.
-#}
with

persons as (
    select * from {{ ref('int_routable_persons_listed') }}
),

exceptions as (
    select * from {{ ref('int_routing_exceptions_resolved') }}
),

earlier_routes as (
    select routes.*
    from {{ ref('int_routes_remembered') }} as routes
    inner join {{ ref('stg_salesforce__users') }} as users
        on routes.owner_user_id_salesforce = users.user_id_salesforce
    where users.is_active
),

joined as (
    select
        persons.person_id,
        persons.handed_at,
        persons.owner_user_id_salesforce as present_owner,
        exceptions.user_id_salesforce as excepted_owner,
        exceptions.record as excepted_record,
        exceptions.reason as excepted_reason,
        earlier_routes.owner_user_id_salesforce as earlier_owner,
        earlier_routes.team,
        earlier_routes.rule_id,
        earlier_routes.reason,
        earlier_routes.routed_at,
        earlier_routes.turn_number
    from persons
    left join exceptions
        on persons.person_id = exceptions.person_id
    left join earlier_routes
        on persons.person_id = earlier_routes.person_id
),

decided as (
    select
        *,
        coalesce(excepted_owner, present_owner, earlier_owner) as owner_user_id_salesforce,
        case
            when excepted_owner is not null then 'exception'
            when present_owner is not null and coalesce(present_owner <> earlier_owner, true)
                then 'owned_already'
            else rule_id
        end as decided_rule_id
    from joined
)

select
    person_id,
    owner_user_id_salesforce,
    decided_rule_id as rule_id,
    case
        when decided_rule_id = 'exception'
            then '例外: ' || excepted_reason || ' (' || excepted_record || ')'
        when decided_rule_id = 'owned_already' and coalesce(rule_id <> decided_rule_id, true)
            then 'Salesforceですでに営業が担当しています'
        else reason
    end as reason,
    case
        when owner_user_id_salesforce = earlier_owner and decided_rule_id = rule_id then routed_at
        when decided_rule_id = 'owned_already' then coalesce(handed_at, {{ as_of() }})
        else {{ as_of() }}
    end as routed_at,
    case when decided_rule_id = rule_id then team end as team,
    case when decided_rule_id = rule_id then turn_number end as turn_number
from decided
where owner_user_id_salesforce is not null

{#-
    The one person a deal is told by: the primary contact role, else the role whose person touched
    us first, else the earliest role; without roles the account's person who touched us first.
-#}
with

opportunity_persons as (
    select * from {{ ref('int_opportunity_persons_listed') }}
),

first_touches as (
    select
        opportunity_id,
        person_id,
        min(touch_number) as first_touch_number
    from {{ ref('int_opportunity_touches_listed') }}
    group by opportunity_id, person_id
),

ranked as (
    select
        opportunity_persons.opportunity_id,
        opportunity_persons.person_id,
        row_number() over (
            partition by opportunity_persons.opportunity_id
            order by
                case when opportunity_persons.is_primary then 0 else 1 end,
                first_touches.first_touch_number nulls last,
                opportunity_persons.role_created_at,
                opportunity_persons.role_id_salesforce,
                opportunity_persons.person_id
        ) as person_rank
    from opportunity_persons
    left join first_touches
        on
            opportunity_persons.opportunity_id = first_touches.opportunity_id
            and opportunity_persons.person_id = first_touches.person_id
    where opportunity_persons.has_role or first_touches.first_touch_number is not null
)

select
    opportunity_id,
    person_id
from ranked
where person_rank = 1

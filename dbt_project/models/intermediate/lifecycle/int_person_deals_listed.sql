{#- Whose deal it is: everybody with a contact role, or, without roles, its primary person. -#}
with

opportunities as (
    select * from {{ ref('int_opportunities_dated') }}
),

role_persons as (
    select
        opportunity_id,
        person_id
    from {{ ref('int_opportunity_persons_listed') }}
    where has_role
),

primary_persons as (
    select * from {{ ref('int_opportunity_primary_persons_chosen') }}
),

deal_persons as (
    select
        opportunity_id,
        person_id
    from role_persons
    union
    select
        opportunity_id,
        person_id
    from primary_persons
)

select
    deal_persons.person_id,
    opportunities.opportunity_id,
    opportunities.opportunity_id_salesforce,
    opportunities.created_at,
    opportunities.closed_at,
    opportunities.is_closed,
    opportunities.is_won
from deal_persons
inner join opportunities
    on deal_persons.opportunity_id = opportunities.opportunity_id

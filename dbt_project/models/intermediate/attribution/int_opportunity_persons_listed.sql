{#-
    The persons of a deal: those of its contact roles, or, of a deal without roles, those of its
    account. A role counts from the deal's creation, whenever it was written down.
-#}
with

opportunities as (
    select * from {{ ref('int_opportunities_dated') }}
),

person_sources as (
    select
        record_key,
        person_id
    from {{ ref('int_person_sources_assigned') }}
),

persons as (
    select
        person_id,
        account_id
    from {{ ref('int_persons_survived') }}
),

account_sources as (
    select
        source_id,
        account_id
    from {{ ref('int_account_sources_assigned') }}
    where source_system = 'salesforce' and source_object = 'account'
),

roles_ranked as (
    select
        roles.opportunity_id_salesforce,
        persons.person_id,
        roles.created_at as role_created_at,
        roles.opportunity_contact_role_id_salesforce as role_id_salesforce,
        bool_or(roles.is_primary) over (
            partition by roles.opportunity_id_salesforce, persons.person_id
        ) as is_primary,
        row_number() over (
            partition by roles.opportunity_id_salesforce, persons.person_id
            order by roles.created_at, roles.opportunity_contact_role_id_salesforce
        ) as role_rank
    from {{ ref('stg_salesforce__opportunity_contact_roles') }} as roles
    inner join person_sources
        on 'salesforce:contact:' || roles.contact_id_salesforce = person_sources.record_key
    inner join persons
        on person_sources.person_id = persons.person_id
    where not roles.is_deleted and roles.created_at <= {{ as_of() }}
),

role_persons as (
    select * from roles_ranked
    where role_rank = 1
),

deals_with_roles as (
    select distinct opportunity_id_salesforce
    from role_persons
)

select
    opportunities.opportunity_id,
    role_persons.person_id,
    true as has_role,
    role_persons.is_primary,
    role_persons.role_created_at,
    role_persons.role_id_salesforce
from role_persons
inner join opportunities
    on role_persons.opportunity_id_salesforce = opportunities.opportunity_id_salesforce
union all
select
    opportunities.opportunity_id,
    persons.person_id,
    false as has_role,
    false as is_primary,
    cast(null as {{ kk_instant_type() }}) as role_created_at,
    cast(null as {{ kk_text_type() }}) as role_id_salesforce
from opportunities
inner join account_sources
    on opportunities.account_id_salesforce = account_sources.source_id
inner join persons
    on account_sources.account_id = persons.account_id
left join deals_with_roles
    on opportunities.opportunity_id_salesforce = deals_with_roles.opportunity_id_salesforce
where deals_with_roles.opportunity_id_salesforce is null

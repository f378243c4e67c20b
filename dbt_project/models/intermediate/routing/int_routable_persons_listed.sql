{#-
    Everybody who needs an owner in sales: MQL or SQL at as_of and not NG, with what the routing
    rules ask and the sales user who has them today.
-#}
with

lifecycles as (
    select * from {{ ref('int_person_lifecycle') }}
    where stage in ('MQL', 'SQL') and not is_ng
),

persons as (
    select * from {{ ref('int_persons_survived') }}
),

accounts as (
    select * from {{ ref('int_accounts_survived') }}
),

active_reps as (
    select distinct reps.user_id_salesforce
    from {{ ref('int_sales_users_listed') }} as reps
    inner join {{ ref('stg_salesforce__users') }} as users
        on reps.user_id_salesforce = users.user_id_salesforce
    where users.is_active
)

select
    lifecycles.person_id,
    persons.account_id,
    lifecycles.mql_at,
    lifecycles.handed_at,
    coalesce(persons.prefecture, accounts.prefecture) as prefecture,
    persons.industry,
    persons.title_rank,
    active_reps.user_id_salesforce as owner_user_id_salesforce
from lifecycles
inner join persons
    on lifecycles.person_id = persons.person_id
left join accounts
    on persons.account_id = accounts.account_id
left join active_reps
    on lifecycles.owner_user_id_salesforce = active_reps.user_id_salesforce

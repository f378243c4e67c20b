{#- People's records open through person_sources; here stand the records of companies alone. -#}
with

assigned as (
    select * from {{ ref('int_account_sources_assigned') }}
    where
        (source_system = 'salesforce' and source_object = 'account')
        or (source_system = 'hubspot' and source_object = 'company')
),

accounts as (
    select * from {{ ref('int_accounts_survived') }}
)

select
    assigned.source_system,
    assigned.source_object,
    assigned.source_id,
    assigned.account_id,
    assigned.match_probability,
    assigned.match_reason,
    assigned.is_deleted
from assigned
inner join accounts
    on assigned.account_id = accounts.account_id

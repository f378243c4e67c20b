{#- Company records only: what person records say of their employer is in person sources. -#}
with

accounts_resolved as (
    select * from {{ ref('int_records_resolved') }}
    where entity = 'account'
),

companies as (
    select * from {{ ref('int_company_records_unioned') }}
)

select
    accounts_resolved.source_system,
    accounts_resolved.source_object,
    accounts_resolved.source_id,
    accounts_resolved.record_key,
    accounts_resolved.resolved_id as account_id,
    accounts_resolved.match_probability,
    accounts_resolved.match_reason,
    companies.is_deleted
from accounts_resolved
inner join companies
    on accounts_resolved.record_key = companies.record_key

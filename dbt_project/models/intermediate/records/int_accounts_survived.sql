with

live_accounts as (
    select account_id
    from {{ ref('int_account_sources_assigned') }}
    where not is_deleted and account_id is not null
    union
    select account_id
    from {{ ref('int_person_sources_assigned') }}
    where not is_deleted and account_id is not null
),

winners as (
    select
        account_id,
        max(case when unified_field = 'account_name' then field_value end) as account_name,
        max(case when unified_field = 'corporate_number' then field_value end)
            as corporate_number,
        max(case when unified_field = 'domain' then field_value end) as domain,
        max(case when unified_field = 'industry' then field_value end) as industry,
        max(case when unified_field = 'employee_count' then field_value end) as employee_count,
        max(case when unified_field = 'annual_revenue_jpy' then field_value end)
            as annual_revenue_jpy,
        max(case when unified_field = 'prefecture' then field_value end) as prefecture
    from {{ ref('int_account_field_winners') }}
    group by account_id
)

select
    live_accounts.account_id,
    winners.account_name,
    winners.corporate_number,
    winners.domain,
    winners.industry,
    {{ kk_try_cast('winners.employee_count', 'bigint') }} as employee_count,
    {{ kk_try_cast('winners.annual_revenue_jpy', 'bigint') }} as annual_revenue_jpy,
    winners.prefecture
from live_accounts
left join winners
    on live_accounts.account_id = winners.account_id

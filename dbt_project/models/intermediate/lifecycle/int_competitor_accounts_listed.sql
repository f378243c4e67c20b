{#- Our accounts that stand on the competitor list by corporate number, domain or name. -#}
with

accounts as (
    select * from {{ ref('int_accounts_survived') }}
),

competitors as (
    select * from {{ ref('competitors') }}
)

select distinct accounts.account_id
from accounts
inner join competitors
    on
        accounts.corporate_number = competitors.corporate_number
        or {{ is_in_or_under('lower(accounts.domain)', 'lower(competitors.domain)') }}
        or {{ name_key('accounts.account_name') }} = {{ name_key('competitors.competitor_name') }}

with

survived as (
    select * from {{ ref('int_accounts_survived') }}
),

people as (
    select
        account_id,
        count(*) as person_count
    from {{ ref('int_persons_survived') }}
    where account_id is not null
    group by account_id
),

deals as (
    select
        account_id,
        sum(case when is_closed then 0 else 1 end) as open_opportunity_count,
        max(case when is_won then 1 else 0 end) = 1 as is_customer
    from {{ ref('opportunities') }}
    where account_id is not null
    group by account_id
)

select
    survived.account_id,
    survived.account_name,
    survived.corporate_number,
    survived.domain,
    survived.industry,
    survived.employee_count,
    survived.annual_revenue_jpy,
    survived.prefecture,
    cast(coalesce(people.person_count, 0) as integer) as person_count,
    cast(coalesce(deals.open_opportunity_count, 0) as integer) as open_opportunity_count,
    coalesce(deals.is_customer, false) as is_customer
from survived
left join people
    on survived.account_id = people.account_id
left join deals
    on survived.account_id = deals.account_id

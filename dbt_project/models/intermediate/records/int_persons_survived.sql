with

assigned as (
    select * from {{ ref('int_person_sources_assigned') }}
),

records as (
    select * from {{ ref('int_person_records_unioned') }}
),

person_records as (
    select
        assigned.person_id,
        assigned.account_id,
        records.*
    from assigned
    inner join records
        on assigned.record_key = records.record_key
),

placeholders as (
    select distinct {{ kk_fold_width('value') }} as folded_value
    from {{ ref('placeholder_values') }}
),

persons as (
    select
        person_records.person_id,
        min(case when not person_records.is_deleted then person_records.account_id end)
            as any_account_id,
        count(*) as source_count,
        min(person_records.created_at) as first_created_at,
        max(case
            when not person_records.is_deleted and person_records.has_opted_out then 1 else 0
        end) = 1 as has_opted_out,
        max(case
            when not person_records.is_deleted and person_records.is_decision_maker then 1 else 0
        end) = 1 as is_decision_maker,
        max(case
            when
                not person_records.is_deleted
                and person_records.competitor_in_use is not null
                and placeholders.folded_value is null
                then 1
            else 0
        end) = 1 as competitor_in_use
    from person_records
    left join placeholders
        on {{ kk_fold_width('person_records.competitor_in_use') }} = placeholders.folded_value
    group by person_records.person_id
    having max(case when person_records.is_deleted then 0 else 1 end) = 1
),

winners as (
    select
        person_id,
        {%- for field in [
            'full_name', 'family_name', 'given_name', 'email', 'phone', 'mobile', 'company_name',
            'department', 'title', 'prefecture', 'industry', 'employee_count',
        ] %}
        max(case when unified_field = '{{ field }}' then field_value end) as {{ field }},
        {%- endfor %}
        max(case when unified_field = 'company_name' then account_id end) as employer_account_id
    from {{ ref('int_person_field_winners') }}
    group by person_id
),

owners as (
    select * from {{ ref('int_person_owners') }}
),

accounts as (
    select * from {{ ref('int_accounts_survived') }}
),

titles as (
    select * from {{ ref('int_titles_ranked') }}
)

select
    persons.person_id,
    coalesce(winners.employer_account_id, persons.any_account_id) as account_id,
    winners.full_name,
    winners.family_name,
    winners.given_name,
    winners.email,
    coalesce(winners.phone, winners.mobile) as phone_e164,
    winners.mobile as mobile_e164,
    coalesce(winners.company_name, accounts.account_name) as company_name,
    winners.title,
    coalesce(titles.title_rank, 0) as title_rank,
    winners.department,
    coalesce(winners.prefecture, accounts.prefecture) as prefecture,
    persons.has_opted_out,
    persons.is_decision_maker,
    persons.competitor_in_use,
    coalesce(
        accounts.employee_count, {{ kk_try_cast('winners.employee_count', 'bigint') }}
    ) as employee_count,
    coalesce(accounts.industry, winners.industry) as industry,
    owners.owner_user_id_salesforce,
    cast(persons.source_count as integer) as source_count,
    persons.first_created_at
from persons
left join winners
    on persons.person_id = winners.person_id
left join accounts
    on coalesce(winners.employer_account_id, persons.any_account_id) = accounts.account_id
left join owners
    on persons.person_id = owners.person_id
left join titles
    on winners.title = titles.title

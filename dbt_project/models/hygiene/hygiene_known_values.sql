{#-
    What we know of a person and of their company, attribute by attribute, with the record it
    comes from: the surviving values, so that a proposal is what the mart itself shows.
-#}
with

person_winners as (
    select
        person_id,
        case
            when unified_field = 'full_name' then 'person_name'
            when unified_field in ('email', 'phone', 'mobile') then 'contact'
            else unified_field
        end as attribute,
        case unified_field when 'phone' then 2 when 'mobile' then 3 else 1 end as preference,
        field_value as attribute_value,
        record_key
    from {{ ref('int_person_field_winners') }}
    where
        unified_field in (
            'full_name', 'email', 'phone', 'mobile', 'company_name', 'department', 'title',
            'industry', 'employee_count'
        )
),

account_values as (
    select
        accounts.account_id,
        'industry' as attribute,
        accounts.industry as attribute_value
    from {{ ref('int_accounts_survived') }} as accounts
    union all
    select
        accounts.account_id,
        'employee_count' as attribute,
        cast(accounts.employee_count as {{ kk_text_type() }}) as attribute_value
    from {{ ref('int_accounts_survived') }} as accounts
),

account_winners as (
    select
        persons.person_id,
        account_values.attribute,
        0 as preference,
        account_values.attribute_value,
        min(candidates.record_key) as record_key
    from account_values
    inner join {{ ref('int_account_field_candidates') }} as candidates
        on
            account_values.account_id = candidates.account_id
            and account_values.attribute = candidates.unified_field
            and account_values.attribute_value = candidates.field_value
    inner join {{ ref('int_persons_survived') }} as persons
        on account_values.account_id = persons.account_id
    group by persons.person_id, account_values.attribute, account_values.attribute_value
),

{# Another record of the same person may know where they came from; else the first touch does. #}
lead_sources as (
    select
        person_id,
        'lead_source' as attribute,
        0 as preference,
        lead_source as attribute_value,
        record_key
    from {{ ref('hygiene_sfa_records') }}
    where lead_source is not null
    union all
    select
        person_id,
        'lead_source' as attribute,
        1 as preference,
        channel_ja as attribute_value,
        touch_key as record_key
    from {{ ref('hygiene_first_channels') }}
),

all_values as (
    select * from person_winners
    union all
    select * from account_winners
    union all
    select * from lead_sources
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id, attribute
            order by preference, record_key
        ) as value_rank
    from all_values
    {# That an industry is none of ours is nothing to fill in. #}
    where not (attribute = 'industry' and attribute_value = 'その他')
)

select
    person_id,
    attribute,
    attribute_value,
    record_key
from ranked
where value_rank = 1

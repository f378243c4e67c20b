{#-
    The records that findings are about or rest on, as they stand in their systems: what the
    report shows beside a finding so that people can decide without opening each record.
-#}
with

subjects as (
    select * from {{ ref('hygiene_subjects_found') }}
),

users as (
    select
        left(user_id_salesforce, 15) as user_key,
        user_name
    from {{ ref('stg_salesforce__users') }}
),

sfa_records as (
    select * from {{ ref('hygiene_sfa_records') }}
),

person_records as (
    select
        records.*,
        coalesce(records.company_name, companies.company_name) as shown_company_name,
        sfa_records.owner,
        sfa_records.lead_status
    from subjects
    inner join {{ ref('int_person_sources_assigned') }} as assigned
        on subjects.subject_id = assigned.person_id and subjects.entity = 'person'
    inner join {{ ref('int_person_records_unioned') }} as records
        on assigned.record_key = records.record_key
    left join {{ ref('int_company_records_unioned') }} as companies
        on records.company_key = companies.record_key
    left join sfa_records
        on records.record_key = sfa_records.record_key
),

company_records as (
    select
        records.*,
        users.user_name as owner
    from subjects
    inner join {{ ref('int_account_sources_assigned') }} as assigned
        on subjects.subject_id = assigned.account_id and subjects.entity = 'account'
    inner join {{ ref('int_company_records_unioned') }} as records
        on assigned.record_key = records.record_key
    left join {{ ref('stg_salesforce__accounts') }} as sfa_accounts
        on records.record_key = 'salesforce:account:' || sfa_accounts.account_id_salesforce
    left join users
        on left(sfa_accounts.owner_user_id_salesforce, 15) = users.user_key
),

deals as (
    select
        sfa_opportunities.*,
        accounts.account_name,
        users.user_name as owner
    from subjects
    inner join {{ ref('opportunities') }} as opportunities
        on
            subjects.subject_id = opportunities.opportunity_id
            and subjects.entity = 'opportunity'
    inner join {{ ref('stg_salesforce__opportunities') }} as sfa_opportunities
        on
            opportunities.opportunity_id_salesforce
            = sfa_opportunities.opportunity_id_salesforce
    left join {{ ref('accounts') }} as accounts
        on opportunities.account_id = accounts.account_id
    left join users
        on left(sfa_opportunities.owner_user_id_salesforce, 15) = users.user_key
)

select
    record_key,
    source_system,
    source_object,
    source_id,
    full_name as display_name,
    shown_company_name as company_name,
    department,
    title,
    email,
    coalesce(phone, mobile) as phone,
    owner,
    lead_status as state,
    cast(null as bigint) as amount_jpy,
    cast(null as date) as closes_on,
    created_at,
    updated_at
from person_records
union all
select
    record_key,
    source_system,
    source_object,
    source_id,
    company_name as display_name,
    company_name,
    cast(null as {{ kk_text_type() }}) as department,
    corporate_number as title,
    domain as email,
    phone,
    owner,
    prefecture as state,
    cast(null as bigint) as amount_jpy,
    cast(null as date) as closes_on,
    created_at,
    updated_at
from company_records
union all
select
    'salesforce:opportunity:' || opportunity_id_salesforce as record_key,
    'salesforce' as source_system,
    'opportunity' as source_object,
    opportunity_id_salesforce as source_id,
    opportunity_name as display_name,
    account_name as company_name,
    cast(null as {{ kk_text_type() }}) as department,
    cast(null as {{ kk_text_type() }}) as title,
    cast(null as {{ kk_text_type() }}) as email,
    cast(null as {{ kk_text_type() }}) as phone,
    owner,
    stage as state,
    amount_jpy,
    closed_on as closes_on,
    created_at,
    updated_at
from deals

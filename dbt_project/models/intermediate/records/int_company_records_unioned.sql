{#- As with persons: raw values, deleted companies included. -#}
with

hubspot_merges as (
    select
        company_id_hubspot as winner_id,
        {{ kk_split_to_rows('merged_company_ids_hubspot', ';') }} as loser_id
    from {{ ref('stg_hubspot__companies') }}
    where merged_company_ids_hubspot is not null
),

hubspot_winners as (
    select
        trim(loser_id) as company_id_hubspot,
        min(winner_id) as winner_id
    from hubspot_merges
    group by trim(loser_id)
),

hubspot_companies as (
    select
        companies.*,
        'hubspot:company:' || hubspot_winners.winner_id as merged_into_key
    from {{ ref('stg_hubspot__companies') }} as companies
    left join hubspot_winners
        on companies.company_id_hubspot = hubspot_winners.company_id_hubspot
),

salesforce_accounts as (
    select
        *,
        'salesforce:account:' || merged_into_account_id_salesforce as merged_into_key,
        'salesforce:account:' || parent_account_id_salesforce as parent_key
    from {{ ref('stg_salesforce__accounts') }}
),

unioned as (
    select
        {{ company_record_columns('salesforce', 'account', 'account_id_salesforce') }},
        parent_key,
        created_at,
        updated_at
    from salesforce_accounts
    union all
    select
        {{ company_record_columns('hubspot', 'company', 'company_id_hubspot') }},
        cast(null as {{ kk_text_type() }}) as parent_key,
        created_at,
        updated_at
    from hubspot_companies
)

select *
from unioned
where created_at is null or created_at <= {{ as_of() }}

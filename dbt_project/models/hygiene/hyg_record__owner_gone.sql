{#-
    One finding per live Lead, Contact or Account, and open deal, that belongs to a user who is
    inactive or whom Salesforce does not know. Queues are owners too; without a list of users nobody
    is gone. A company presses when one of its deals is open.
-#}
with

users as (
    select
        left(user_id_salesforce, 15) as user_key,
        user_name,
        is_active
    from {{ ref('stg_salesforce__users') }}
),

user_counts as (
    select count(*) as user_count from users
),

persons as (
    select
        person_id,
        stage,
        is_ng
    from {{ ref('persons') }}
),

person_records as (
    select
        records.record_key,
        records.source_object,
        records.source_id,
        records.person_id,
        records.account_id,
        cast(null as {{ kk_text_type() }}) as opportunity_id,
        records.owner_user_id_salesforce,
        persons.stage in ('MQL', 'SQL') and not persons.is_ng as is_urgent
    from {{ ref('hygiene_sfa_records') }} as records
    inner join persons
        on records.person_id = persons.person_id
),

account_records as (
    select
        'salesforce:account:' || sfa_accounts.account_id_salesforce as record_key,
        'account' as source_object,
        sfa_accounts.account_id_salesforce as source_id,
        cast(null as {{ kk_text_type() }}) as person_id,
        accounts.account_id,
        cast(null as {{ kk_text_type() }}) as opportunity_id,
        sfa_accounts.owner_user_id_salesforce,
        accounts.open_opportunity_count > 0 as is_urgent
    from {{ ref('stg_salesforce__accounts') }} as sfa_accounts
    inner join {{ ref('account_sources') }} as account_sources
        on
            sfa_accounts.account_id_salesforce = account_sources.source_id
            and account_sources.source_system = 'salesforce'
            and account_sources.source_object = 'account'
    inner join {{ ref('accounts') }} as accounts
        on account_sources.account_id = accounts.account_id
    where not sfa_accounts.is_deleted
),

deals as (
    {{ deals_with_owner() }}
),

open_deals as (
    select
        record_key,
        'opportunity' as source_object,
        opportunity_id_salesforce as source_id,
        primary_person_id as person_id,
        account_id,
        opportunity_id,
        owner_user_id_salesforce,
        true as is_urgent
    from deals
    where not is_closed
),

owned as (
    select * from person_records
    union all
    select * from account_records
    union all
    select * from open_deals
),

left_behind as (
    select
        owned.*,
        users.user_name,
        coalesce(users.user_name, owned.owner_user_id_salesforce) as owner
    from owned
    left join users
        on left(owned.owner_user_id_salesforce, 15) = users.user_key
    cross join user_counts
    where
        left(owned.owner_user_id_salesforce, 3) = '005'
        and not coalesce(users.is_active, false)
        and user_counts.user_count > 0
)

select
    {{ finding_columns(
        'record__owner_gone',
        ['record_key'],
        severity="case when is_urgent then 'high' else 'low' end",
        person_id='person_id',
        account_id='account_id',
        opportunity_id='opportunity_id',
        source_system="'salesforce'",
        source_object='source_object',
        source_id='source_id',
        attribute="'owner'",
        owner='owner',
        what_ja="case
            when user_name is null
                then '担当のユーザー(' || owner || ')が、Salesforceに見つかりません。'
            else '担当の' || user_name || 'さんは、Salesforceの有効なユーザーではありません。'
        end",
        current_value='owner',
        evidence=evidence_lines(['record_key'])
    ) }}
from left_behind

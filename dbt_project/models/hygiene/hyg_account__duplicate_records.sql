{#-
    One finding per live Salesforce account that should be merged into another one of the same
    company. An account that hangs under another one of the company is a branch on purpose; one
    that only calls itself a branch is to be hung there instead of merged.
-#}
with

company_records as (
    select * from {{ ref('int_company_records_unioned') }}
    where source_system = 'salesforce' and source_object = 'account' and not is_deleted
),

account_sources as (
    select * from {{ ref('int_account_sources_assigned') }}
),

sfa_accounts as (
    select
        'salesforce:account:' || account_id_salesforce as record_key,
        owner_user_id_salesforce
    from {{ ref('stg_salesforce__accounts') }}
),

users as (
    select * from {{ ref('stg_salesforce__users') }}
),

assigned as (
    select
        company_records.*,
        account_sources.account_id,
        account_sources.match_reason,
        coalesce(
            right(trim(company_records.company_name), 2) in ('支店', '支社', '工場')
            or right(trim(company_records.company_name), 3) in ('営業所', '事業所'),
            false
        ) as is_branch,
        coalesce(users.user_name, sfa_accounts.owner_user_id_salesforce) as owner,
        case when company_records.corporate_number is null then 0 else 1 end
        + case when company_records.domain is null then 0 else 1 end
        + case when company_records.phone is null then 0 else 1 end
        + case when company_records.industry is null then 0 else 1 end
        + case when company_records.employee_count is null then 0 else 1 end as filled_count
    from company_records
    inner join account_sources
        on company_records.record_key = account_sources.record_key
    inner join sfa_accounts
        on company_records.record_key = sfa_accounts.record_key
    left join users
        on left(sfa_accounts.owner_user_id_salesforce, 15) = left(users.user_id_salesforce, 15)
),

headquarters as (
    select assigned.*
    from assigned
    left join assigned as parents
        on
            assigned.parent_key = parents.record_key
            and assigned.account_id = parents.account_id
    where parents.record_key is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id
            order by case when is_branch then 1 else 0 end, -filled_count, created_at, source_id
        ) as stay_rank
    from headquarters
),

merged as (
    select
        ranked.*,
        kept.record_key as kept_record_key,
        kept.source_id as kept_source_id,
        case
            when ranked.corporate_number = kept.corporate_number then '法人番号が一致'
            when ranked.domain = kept.domain then 'Webのドメインが一致'
            when ranked.phone = kept.phone then '電話番号が一致'
            else coalesce(ranked.match_reason, '記載なし')
        end as reason_ja,
        case
            when ranked.is_branch then '名前が支店のため、統合せずに親取引先として設定する提案です。'
            when ranked.filled_count < kept.filled_count then '項目がより多く埋まっている取引先を残します。'
            else '先に作られた取引先を残します。'
        end as stay_reason_ja
    from ranked
    inner join ranked as kept
        on ranked.account_id = kept.account_id and kept.stay_rank = 1
    where ranked.stay_rank > 1
)

select
    {{ finding_columns(
        'account__duplicate_records',
        ['record_key', 'kept_record_key'],
        severity="case when is_branch then 'low' else 'medium' end",
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="case when is_branch then 'parent' else 'merge_into' end",
        owner='owner',
        what_ja="'同じ会社と判断した根拠:' || reason_ja || '。' || stay_reason_ja",
        current_value="case when not is_branch then source_id end",
        proposed_value='kept_source_id',
        proposed_from='kept_record_key',
        evidence=evidence_lines(['record_key', 'kept_record_key'])
    ) }}
from merged

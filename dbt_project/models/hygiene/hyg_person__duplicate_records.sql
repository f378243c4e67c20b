{#-
    One finding per live Salesforce record that should be merged into another one of the same
    person. A Contact stays before a Lead, then the fuller record, then the older one.
-#}
with

sfa_records as (
    select * from {{ ref('hygiene_sfa_records') }}
),

persons as (
    select * from {{ ref('persons') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id
            order by
                case when source_object = 'contact' then 0 else 1 end,
                -filled_count,
                created_at,
                source_id
        ) as stay_rank
    from sfa_records
),

kept as (
    select * from ranked
    where stay_rank = 1
),

merged as (
    select * from ranked
    where stay_rank > 1
),

reasoned as (
    select
        merged.*,
        kept.record_key as kept_record_key,
        kept.source_id as kept_source_id,
        persons.stage,
        merged.account_id <> kept.account_id as is_other_company,
        merged.owner_user_id_salesforce <> kept.owner_user_id_salesforce as is_other_owner,
        case
            when merged.source_object <> kept.source_object then '取引先責任者をリードより優先して残します。'
            when merged.filled_count < kept.filled_count then '項目がより多く埋まっている記録を残します。'
            else '先に作られた記録を残します。'
        end as stay_reason_ja
    from merged
    inner join kept
        on merged.person_id = kept.person_id
    left join persons
        on merged.person_id = persons.person_id
)

select
    {{ finding_columns(
        'person__duplicate_records',
        ['record_key', 'kept_record_key'],
        severity="case
            when stage = 'NG' or is_other_company then 'low'
            when is_other_owner or stage in ('MQL', 'SQL', 'Opportunity') then 'high'
            else 'medium'
        end",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'merge_into'",
        owner='owner',
        what_ja="'同じ人物と判断した根拠:' || coalesce(match_reason, '記載なし') || '。' || stay_reason_ja
            || case when is_other_owner then '担当者が分かれています。' else '' end
            || case when is_other_company then '勤務先が異なるため、転職の可能性も確認してください。' else '' end",
        current_value='source_id',
        proposed_value='kept_source_id',
        proposed_from='kept_record_key',
        evidence=evidence_lines(['record_key', 'kept_record_key'])
    ) }}
from reasoned

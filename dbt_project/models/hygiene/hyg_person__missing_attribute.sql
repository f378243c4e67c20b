{#- One finding per record and attribute that is asked for and missing, with what we know. -#}
with

missing_attributes as (
    select * from {{ ref('hygiene_required_attributes') }}
    where is_missing
),

known_values as (
    select * from {{ ref('hygiene_known_values') }}
),

records as (
    select * from {{ ref('int_person_sources_assigned') }}
),

sfa_records as (
    select * from {{ ref('hygiene_sfa_records') }}
),

persons as (
    select * from {{ ref('persons') }}
),

statuses as (
    select * from {{ ref('stage_status_map') }}
),

proposed as (
    select
        missing_attributes.record_key,
        missing_attributes.person_id,
        missing_attributes.attribute,
        records.account_id,
        records.source_system,
        records.source_object,
        records.source_id,
        sfa_records.owner,
        persons.stage,
        case missing_attributes.attribute
            when 'status' then statuses.lead_status
            else known_values.attribute_value
        end as proposed_value,
        known_values.record_key as proposed_from,
        case missing_attributes.attribute
            when 'person_name' then '担当者名'
            when 'company_name' then '企業名'
            when 'contact' then '連絡先(メール・電話)'
            when 'lead_source' then '獲得経路'
            when 'touch_history' then '接触履歴'
            when 'status' then '対応状況'
            when 'department' then '部署'
            when 'title' then '役職'
            when 'industry' then '業種'
            when 'employee_count' then '従業員数'
        end as attribute_ja
    from missing_attributes
    inner join records
        on missing_attributes.record_key = records.record_key
    inner join persons
        on missing_attributes.person_id = persons.person_id
    left join sfa_records
        on missing_attributes.record_key = sfa_records.record_key
    left join known_values
        on
            missing_attributes.person_id = known_values.person_id
            and missing_attributes.attribute = known_values.attribute
            and missing_attributes.record_key <> known_values.record_key
    left join statuses
        on persons.stage = statuses.stage
    where missing_attributes.is_always_asked or known_values.attribute_value is not null
)

select
    {{ finding_columns(
        'person__missing_attribute',
        ['record_key', 'attribute'],
        severity="case
            when attribute in ('department', 'title', 'industry', 'employee_count') then 'low'
            when stage in ('MQL', 'SQL', 'Opportunity') then 'high'
            else 'medium'
        end",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute='attribute',
        owner='owner',
        what_ja="attribute_ja || case
            when attribute = 'touch_history' then 'が一件もありません。どこで接点を持ったかを確認してください。'
            when attribute = 'status' and proposed_value is not null
                then 'が空欄です。今の段階から値を提案します。'
            when proposed_value is not null then 'が空欄です。別の記録にある値を提案します。'
            else 'が空欄で、ほかの記録にも見つかりません。'
        end",
        proposed_value='proposed_value',
        proposed_from='proposed_from',
        evidence=evidence_lines(['record_key', 'proposed_from'])
    ) }}
from proposed

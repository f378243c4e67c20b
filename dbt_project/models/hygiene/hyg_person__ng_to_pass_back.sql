{#-
    One finding per live Lead of an NG person that sales still owns or whose status does not say
    so. A person with a deal follows the deal and is not passed back.
-#}
with

leads as (
    select * from {{ ref('hygiene_sfa_records') }}
    where source_object = 'lead'
),

ng_persons as (
    select * from {{ ref('persons') }}
    where is_ng and stage = 'NG'
),

reasons as (
    select
        ng_reason,
        min(reason_ja) as reason_ja
    from {{ ref('ng_rules') }}
    group by ng_reason
),

ng_status as (
    select max(lead_status) as lead_status
    from {{ ref('stage_status_map') }}
    where stage = 'NG'
),

offending as (
    select
        leads.*,
        coalesce(reasons.reason_ja, ng_persons.ng_reason) as reason_ja,
        ng_status.lead_status as ng_lead_status,
        coalesce(leads.lead_status, '') <> ng_status.lead_status as is_open
    from leads
    inner join ng_persons
        on leads.person_id = ng_persons.person_id
    left join reasons
        on ng_persons.ng_reason = reasons.ng_reason
    cross join ng_status
    where
        leads.is_owned_by_sales
        or coalesce(leads.lead_status, '') <> ng_status.lead_status
)

select
    {{ finding_columns(
        'person__ng_to_pass_back',
        ['record_key'],
        severity="case
            when is_owned_by_sales and is_open then 'high'
            when is_owned_by_sales then 'medium'
            else 'low'
        end",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="case when is_open then 'status' else 'owner' end",
        owner='owner',
        what_ja="'NGの理由:' || reason_ja || '。' || case
            when is_owned_by_sales and is_open
                then '営業の担当のまま、対応状況も「' || coalesce(lead_status, '空欄') || '」です。'
            when is_owned_by_sales then '対応状況は変わっていますが、まだ営業の担当です。'
            else '対応状況が「' || coalesce(lead_status, '空欄') || '」のままです。'
        end",
        current_value="case when is_open then lead_status else owner end",
        proposed_value="case when is_open then ng_lead_status else 'マーケティング担当' end",
        evidence=evidence_lines(['record_key'])
    ) }}
from offending

{#- One finding per MQL or SQL none of whose live Salesforce records belongs to a sales user. -#}
with

persons as (
    select * from {{ ref('persons') }}
    where stage in ('MQL', 'SQL') and not is_ng
),

lifecycles as (
    select * from {{ ref('int_person_lifecycle') }}
),

leading_records as (
    select * from {{ ref('hygiene_leading_records') }}
    where not is_owned_by_sales
),

hand_off as (
    select max(cast(limit_hours as double)) as limit_hours
    from {{ ref('sla_policies') }}
    where policy = 'hand_off'
),

unowned as (
    select
        leading_records.*,
        persons.stage,
        {{ kk_tokyo_date('lifecycles.mql_at') }} as mql_on,
        cast(floor(
            {{ kk_seconds_between('lifecycles.mql_at', as_of()) }} / 3600
        ) as integer) as hours_waiting,
        hand_off.limit_hours
    from persons
    inner join leading_records
        on persons.person_id = leading_records.person_id
    left join lifecycles
        on persons.person_id = lifecycles.person_id
    cross join hand_off
)

select
    {{ finding_columns(
        'person__mql_without_owner',
        ['person_id'],
        severity="case when hours_waiting > limit_hours then 'high' else 'medium' end",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'owner'",
        owner='owner',
        what_ja="coalesce(" ~ day_ja('mql_on') ~ " || 'にMQLになりましたが、', stage || 'ですが、')
            || case
                when is_in_sfa then '営業の担当者が決まっていません'
                else 'SFAにまだ登録がなく、営業の担当者もいません'
            end
            || case
                when hours_waiting >= 48
                    then '(' || cast(cast(floor(hours_waiting / 24) as integer) as " ~ kk_text_type() ~ ") || '日経過)'
                when hours_waiting is not null
                    then '(' || cast(hours_waiting as " ~ kk_text_type() ~ ") || '時間経過)'
                else ''
            end
            || '。'",
        current_value='owner',
        evidence=evidence_lines(['record_key'])
    ) }}
from unowned

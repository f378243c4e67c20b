{#-
    One finding per live Lead or Contact, or deal, with a history that does not fit together. Each
    value counts from its row on, so hand-off, feedback and stages follow what is written.
-#}
with

gaps as (
    select
        record_key,
        min(changed_at) as first_gap_at,
        count(*) as gap_count,
        max(case when field = 'owner' then 1 else 0 end) as is_owner_broken
    from {{ ref('hygiene_history_gaps') }}
    group by record_key
),

deals as (
    {{ deals_with_owner() }}
),

records as (
    select
        record_key,
        source_object,
        source_id,
        person_id,
        account_id,
        cast(null as {{ kk_text_type() }}) as opportunity_id,
        owner
    from {{ ref('hygiene_sfa_records') }}
    union all
    select
        record_key,
        'opportunity' as source_object,
        opportunity_id_salesforce as source_id,
        primary_person_id as person_id,
        account_id,
        opportunity_id,
        owner
    from deals
),

persons as (
    select person_id from {{ ref('persons') }}
),

broken as (
    select
        records.*,
        gaps.gap_count,
        gaps.is_owner_broken,
        {{ kk_tokyo_date('gaps.first_gap_at') }} as gap_on
    from gaps
    inner join records
        on gaps.record_key = records.record_key
    left join persons
        on records.person_id = persons.person_id
    where records.person_id is null or persons.person_id is not null
)

select
    {{ finding_columns(
        'record__history_broken',
        ['record_key'],
        severity="case when is_owner_broken = 1 then 'medium' else 'low' end",
        person_id='person_id',
        account_id='account_id',
        opportunity_id='opportunity_id',
        source_system="'salesforce'",
        source_object='source_object',
        source_id='source_id',
        attribute="'history'",
        owner='owner',
        what_ja="'項目の変更履歴が' || cast(gap_count as " ~ kk_text_type()
            ~ ") || 'か所でつながりません(最初は' || " ~ full_day_ja('gap_on')
            ~ " || ')。履歴の行が抜けているか、順番が入れ替わっています。'"
            ~ " || 'ステージと期限は、残っている行のとおりに数えています。'",
        current_value='gap_count',
        evidence=evidence_lines(['record_key'])
    ) }}
from broken

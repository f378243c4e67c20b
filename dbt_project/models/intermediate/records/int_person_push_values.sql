{#-
    What we know about a person and could write into another system, as the text that a vendor
    is sent. Which of it goes where is decided by the push rows of the field-mapping table.
    A value that is not known makes no row: nothing here can empty a filled field.
-#}
with

persons as (
    select * from {{ ref('int_persons_survived') }}
),

lifecycle as (
    select
        *,
        cast(cast(score as bigint) as {{ kk_text_type() }}) as score_text
    from {{ ref('int_person_lifecycle') }}
),

reached_sql as (
    select
        person_id,
        max(happened_at) as sql_at
    from {{ ref('stage_transitions') }}
    where to_stage = 'SQL' and happened_at <= {{ as_of() }}
    group by person_id
),

pushable as (
    select
        person_id,
        'person_id' as unified_field,
        person_id as new_value,
        '名寄せ後の人物 ID' as reason
    from persons
    union all
    select
        person_id,
        'stage' as unified_field,
        stage as new_value,
        'ステージ判定: ' || coalesce(stage_reason, '根拠となる接点なし') as reason
    from lifecycle
    union all
    select
        person_id,
        'score' as unified_field,
        score_text as new_value,
        'スコアの再計算: ' || score_text || ' 点' as reason
    from lifecycle
    union all
    select
        person_id,
        'score_label' as unified_field,
        score_label as new_value,
        'スコア ' || score_text || ' 点のラベル' as reason
    from lifecycle
    union all
    select
        person_id,
        'ng_reason' as unified_field,
        ng_reason as new_value,
        'NG 判定' as reason
    from lifecycle
    where is_ng
    union all
    select
        person_id,
        'mql_at' as unified_field,
        {{ kk_iso_instant('mql_at') }} as new_value,
        'MQL になった日時' as reason
    from lifecycle
    union all
    select
        person_id,
        'sql_at' as unified_field,
        {{ kk_iso_instant('sql_at') }} as new_value,
        'SQL になった日時' as reason
    from reached_sql
)

select
    person_id,
    unified_field,
    new_value,
    reason
from pushable
where {{ kk_blank_to_null('new_value') }} is not null

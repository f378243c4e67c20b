{#- One finding per pair of person records about which decisions contradict each other. -#}
with

contradictions as (
    select * from {{ ref('hygiene_contradictions') }}
    where entity = 'person'
),

persons as (
    select person_id from {{ ref('persons') }}
)

select
    {{ finding_columns(
        'person__decision_contradicted',
        ['contradictions.low_key', 'contradictions.high_key'],
        severity="'high'",
        person_id='persons.person_id',
        source_system='contradictions.source_system',
        source_object='contradictions.source_object',
        source_id='contradictions.source_id',
        attribute="'same_person'",
        what_ja="contradictions.decided_ja || 'の判断「' || contradictions.verdict_ja || '人」('
            || contradictions.decided_by || ')は、別の新しい判断' || cast("
            ~ "contradictions.overruled_by_count as " ~ kk_text_type() ~ ") || '件と両立しません。"
            ~ "いまは新しい判断に従っています。ここで答えたほうを、これからの正とします。'",
        proposed_from='contradictions.high_key',
        evidence=evidence_lines(['contradictions.low_key', 'contradictions.high_key'])
    ) }}
from contradictions
left join persons
    on contradictions.resolved_id = persons.person_id

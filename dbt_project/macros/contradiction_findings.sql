{#-
    Findings about decisions that contradict each other, of persons or of companies: one per pair.
    `noun_ja` ends the answer as people gave it: 同じ人, 別の会社.
-#}
{% macro contradiction_findings(entity, noun_ja) -%}
with

contradictions as (
    select * from {{ ref('hygiene_contradictions') }}
    where entity = '{{ entity }}'
),

subjects as (
    select {{ entity }}_id from {{ ref(entity ~ 's') }}
)

select
    {{ finding_columns(
        entity ~ '__decision_contradicted',
        ['contradictions.low_key', 'contradictions.high_key'],
        severity="'high'",
        person_id='subjects.person_id' if entity == 'person' else 'null',
        account_id='subjects.account_id' if entity == 'account' else 'null',
        source_system='contradictions.source_system',
        source_object='contradictions.source_object',
        source_id='contradictions.source_id',
        attribute="'same_" ~ entity ~ "'",
        what_ja="contradictions.decided_ja || 'の判断「' || contradictions.verdict_ja || '" ~ noun_ja ~ "」('
            || contradictions.decided_by || ')は、別の新しい判断' || cast("
            ~ "contradictions.overruled_by_count as " ~ kk_text_type() ~ ") || '件と両立しません。"
            ~ "いまは新しい判断に従っています。ここで答えたほうを、これからの正とします。'",
        proposed_from='contradictions.high_key',
        evidence=evidence_lines(['contradictions.low_key', 'contradictions.high_key'])
    ) }}
from contradictions
left join subjects
    on contradictions.resolved_id = subjects.{{ entity }}_id
{%- endmacro %}

{#- One finding per pair of account records about which decisions contradict each other. -#}
with

contradictions as (
    select * from {{ ref('hygiene_contradictions') }}
    where entity = 'account'
),

accounts as (
    select account_id from {{ ref('accounts') }}
)

select
    {{ finding_columns(
        'account__decision_contradicted',
        ['contradictions.low_key', 'contradictions.high_key'],
        severity="'high'",
        account_id='accounts.account_id',
        source_system='contradictions.source_system',
        source_object='contradictions.source_object',
        source_id='contradictions.source_id',
        attribute="'same_account'",
        what_ja="contradictions.decided_ja || 'の判断「' || contradictions.verdict_ja || '会社」('
            || contradictions.decided_by || ')は、別の新しい判断' || cast("
            ~ "contradictions.overruled_by_count as " ~ kk_text_type() ~ ") || '件と両立しません。"
            ~ "いまは新しい判断に従っています。ここで答えたほうを、これからの正とします。'",
        proposed_from='contradictions.high_key',
        evidence=evidence_lines(['contradictions.low_key', 'contradictions.high_key'])
    ) }}
from contradictions
left join accounts
    on contradictions.resolved_id = accounts.account_id

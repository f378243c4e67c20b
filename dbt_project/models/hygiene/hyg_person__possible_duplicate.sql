{#-
    One finding per two persons who may be one: the machine compared records of theirs, nothing
    forbids it, and nothing proves it. Never asked again once people decided. What is worth most
    comes first: the money of open deals, then MQL and SQL, then the score, then how many records
    would come together, then how likely it is.
-#}
with

asked_pairs as (
    select * from {{ ref('hygiene_pairs_asked') }}
)

select
    {{ finding_columns(
        'person__possible_duplicate',
        ['record_key_a', 'record_key_b'],
        severity="case
            when open_amount_jpy > 0 or is_with_sales then 'high'
            when likelihood = 'high' then 'medium'
            else 'low'
        end",
        person_id='person_id_a',
        account_id='account_id_a',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'same_person'",
        what_ja='what_ja',
        current_value='likelihood',
        proposed_value='if_same_ja',
        proposed_from='record_key_b',
        evidence=evidence_lines(['record_key_a', 'record_key_b']),
        priority='priority'
    ) }}
from asked_pairs

{#-
    One finding per person into whom more records flowed than people should believe unseen. Asked is
    whether the record with the weakest evidence is the same person as the earliest one; an answer
    of yes is good until more records join.
-#}
with

review_limits as (
    select * from {{ ref('review_limits') }}
    where rule_id = 'person__crowded'
),

records as (
    select
        resolved.*,
        row_number() over (
            partition by resolved.resolved_id
            order by resolved.is_anchor desc, resolved.record_key asc
        ) as anchor_rank,
        row_number() over (
            partition by resolved.resolved_id
            order by resolved.is_anchor, resolved.match_probability, resolved.record_key
        ) as doubt_rank,
        count(*) over (partition by resolved.resolved_id) as record_count
    from {{ ref('int_records_resolved') }} as resolved
    inner join {{ ref('int_person_sources_assigned') }} as assigned
        on resolved.record_key = assigned.record_key
    where resolved.entity = 'person' and not assigned.is_deleted
),

persons as (
    select person_id from {{ ref('persons') }}
),

latest_decisions as (
    select * from {{ ref('hygiene_decisions_latest') }}
    where rule_id = 'person__crowded' and kind = 'merge'
),

crowds as (
    select
        anchors.*,
        doubtful.record_key as doubtful_key,
        doubtful.match_reason as doubtful_reason,
        review_limits.at_most
    from records as anchors
    inner join records as doubtful
        on anchors.resolved_id = doubtful.resolved_id and doubtful.doubt_rank = 1
    inner join persons
        on anchors.resolved_id = persons.person_id
    cross join review_limits
    where anchors.anchor_rank = 1 and anchors.record_count >= review_limits.from_value
),

asked as (
    select
        crowds.*,
        row_number() over (order by crowds.record_count desc, crowds.record_key asc) as priority
    from crowds
    left join latest_decisions
        on
            crowds.record_key = latest_decisions.record_key_a
            and crowds.record_count <= cast(latest_decisions.current_value as integer)
    where latest_decisions.decision_id is null
)

select
    {{ finding_columns(
        'person__crowded',
        ['record_key'],
        severity="'high'",
        person_id='resolved_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'same_person'",
        what_ja="cast(record_count as " ~ kk_text_type() ~ ") || '件の記録が1人にまとまっています。"
            ~ "下は、そのうち根拠がいちばん弱い記録です(根拠:' || doubtful_reason || ')。'",
        current_value='record_count',
        proposed_value="'この1件も同じ人のまま。違えば、この1件を別の人に分けます。'",
        proposed_from='doubtful_key',
        evidence=evidence_lines(['record_key', 'doubtful_key']),
        priority='priority'
    ) }}
from asked
where priority <= at_most

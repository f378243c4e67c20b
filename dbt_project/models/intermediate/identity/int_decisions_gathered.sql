{#-
    Everything that people ever decided, as far as it was decided by as_of: what the state
    remembers, and what has just been dropped. What the state knows is never taken from a file
    again, so that neither a lost file nor a rebuilt warehouse changes a decision.
-#}
with

remembered as (
    select * from {{ source('identity_state', 'decisions') }}
),

dropped as (
    select * from {{ ref('stg_decisions__decisions') }}
),

gathered as (
    select
        decision_id,
        finding_id,
        rule_id,
        entity,
        kind,
        record_key_a,
        record_key_b,
        person_id,
        account_id,
        opportunity_id,
        attribute,
        current_value,
        proposed_value,
        decided_value,
        comment,
        decided_by,
        number_in_workbook,
        evidence,
        asked_at,
        decided_at,
        edited_at,
        file_name,
        sheet_name,
        row_number,
        file_sha256,
        recorded_at
    from remembered
    union all
    select
        dropped.decision_id,
        dropped.finding_id,
        dropped.rule_id,
        dropped.entity,
        dropped.kind,
        dropped.record_key_a,
        dropped.record_key_b,
        dropped.person_id,
        dropped.account_id,
        dropped.opportunity_id,
        dropped.attribute,
        dropped.current_value,
        dropped.proposed_value,
        dropped.decided_value,
        dropped.comment,
        dropped.decided_by,
        dropped.number_in_workbook,
        dropped.evidence,
        dropped.asked_at,
        dropped.decided_at,
        dropped.edited_at,
        dropped.file_name,
        dropped.sheet_name,
        dropped.row_number,
        dropped.file_sha256,
        {{ as_of() }} as recorded_at
    from dropped
    left join remembered
        on dropped.decision_id = remembered.decision_id
    where remembered.decision_id is null
)

select * from gathered
where decided_at <= {{ as_of() }}

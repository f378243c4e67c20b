with

source as (
    select * from {{ source('decisions', 'decision') }}
),

renamed as (
    select
        -- ids
        decision_id,
        finding_id,
        rule_id,
        person_id,
        account_id,
        opportunity_id,
        record_key_a,
        record_key_b,
        file_sha256,

        -- strings
        case when rule_id like 'account%' then 'account' else 'person' end as entity,
        kind,
        attribute,
        current_value,
        proposed_value,
        decided_value,
        comment,
        decided_by,
        number_in_workbook,
        evidence,
        file_name,
        sheet_name,

        -- numerics
        row_number,

        -- timestamps
        asked_at,
        decided_at,
        edited_at
    from source
)

select * from renamed

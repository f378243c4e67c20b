with

source as (
    select * from {{ source('salesforce', 'opportunity_field_history') }}
),

renamed as (
    select
        -- ids
        id as opportunity_field_history_id_salesforce,
        opportunity_id as opportunity_id_salesforce,
        created_by_id as changed_by_user_id_salesforce,

        -- strings
        field as field_name,
        old_value,
        new_value,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        created_date as changed_at
    from source
)

select * from renamed

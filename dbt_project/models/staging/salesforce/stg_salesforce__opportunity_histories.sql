with

source as (
    select * from {{ source('salesforce', 'opportunity_history') }}
),

renamed as (
    select
        -- ids
        id as opportunity_history_id_salesforce,
        opportunity_id as opportunity_id_salesforce,
        created_by_id as changed_by_user_id_salesforce,

        -- strings
        stage_name as stage,

        -- numerics
        cast(round(amount) as bigint) as amount_jpy,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- dates and instants
        close_date as closed_on,
        created_date as changed_at
    from source
)

select * from renamed

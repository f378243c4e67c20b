with

source as (
    select * from {{ source('salesforce', 'campaign') }}
),

renamed as (
    select
        -- ids
        id as campaign_id_salesforce,
        parent_id as parent_campaign_id_salesforce,

        -- strings
        name as campaign_name,
        type as campaign_type,
        status as campaign_status,

        -- numerics
        cast(round(budgeted_cost) as bigint) as budgeted_cost_jpy,
        cast(round(actual_cost) as bigint) as actual_cost_jpy,

        -- booleans
        coalesce(is_active, false) as is_active,
        coalesce(is_deleted, false) as is_deleted,

        -- dates and instants
        start_date as started_on,
        end_date as ended_on,
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

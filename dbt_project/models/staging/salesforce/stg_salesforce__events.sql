with

source as (
    select * from {{ source('salesforce', 'event') }}
),

renamed as (
    select
        -- ids
        id as event_id_salesforce,
        who_id as who_id_salesforce,
        what_id as what_id_salesforce,
        account_id as account_id_salesforce,
        owner_id as owner_user_id_salesforce,

        -- strings
        subject,
        type as event_type,
        event_subtype,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        start_date_time as started_at,
        end_date_time as ended_at,
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

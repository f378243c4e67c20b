with

source as (
    select * from {{ source('salesforce', 'task') }}
),

renamed as (
    select
        -- ids
        id as task_id_salesforce,
        who_id as who_id_salesforce,
        what_id as what_id_salesforce,
        account_id as account_id_salesforce,
        owner_id as owner_user_id_salesforce,

        -- strings
        subject,
        status as task_status,
        type as task_type,
        task_subtype,

        -- booleans
        coalesce(is_closed, false) as is_closed,
        coalesce(is_deleted, false) as is_deleted,

        -- dates and instants
        activity_date as due_on,
        completed_date_time as completed_at,
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

with

source as (
    select * from {{ source('salesforce', 'user') }}
),

renamed as (
    select
        -- ids
        id as user_id_salesforce,
        manager_id as manager_user_id_salesforce,
        user_role_id as user_role_id_salesforce,

        -- strings
        name as user_name,
        email as user_email,
        department,
        title,

        -- booleans
        coalesce(is_active, false) as is_active,

        -- instants
        created_date as created_at,
        last_modified_date as updated_at,
        system_modstamp as system_modified_at
    from source
)

select * from renamed

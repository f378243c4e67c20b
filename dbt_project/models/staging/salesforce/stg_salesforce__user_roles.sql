with

source as (
    select * from {{ source('salesforce', 'user_role') }}
),

renamed as (
    select
        -- ids
        id as user_role_id_salesforce,

        -- strings
        name as user_role_name
    from source
)

select * from renamed

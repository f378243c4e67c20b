with

source as (
    select * from {{ source('hubspot', 'owner') }}
),

renamed as (
    select
        -- ids
        id as owner_id_hubspot,
        user_id as user_id_hubspot,

        -- strings
        lower(trim(email)) as email,
        last_name as family_name,
        first_name as given_name,
        nullif(trim(coalesce(last_name, '') || ' ' || coalesce(first_name, '')), '') as owner_name,

        -- booleans
        coalesce(archived, false) as is_deleted,

        -- instants
        created_at,
        updated_at
    from source
)

select * from renamed

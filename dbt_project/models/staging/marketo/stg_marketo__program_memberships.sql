with

source as (
    select * from {{ source('marketo', 'program_membership') }}
),

renamed as (
    select
        -- ids
        program_id as program_id_marketo,
        lead_id as lead_id_marketo,

        -- strings
        status_name as member_status,

        -- booleans
        coalesce(reached_success, false) as has_succeeded,
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        membership_date as joined_at,
        reached_success_date as succeeded_at,
        updated_at
    from source
)

select * from renamed

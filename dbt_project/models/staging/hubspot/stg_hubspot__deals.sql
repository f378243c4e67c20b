with

source as (
    select * from {{ source('hubspot', 'deal') }}
),

renamed as (
    select
        -- ids
        id as deal_id_hubspot,
        hubspot_owner_id as owner_id_hubspot,

        -- strings
        dealname as deal_name,
        pipeline,
        dealstage as deal_stage,
        hs_merged_object_ids as merged_deal_ids_hubspot,

        -- numerics, in the currency of the portal
        {{ kk_try_cast('amount', 'double') }} as amount,

        -- booleans
        lower(hs_is_closed) = 'true' as is_closed,
        lower(hs_is_closed_won) = 'true' as is_won,
        coalesce(archived, false) as is_deleted,

        -- dates and instants
        {{ kk_try_cast('closedate', kk_instant_type()) }} as closes_at,
        created_at,
        updated_at
    from source
)

select * from renamed

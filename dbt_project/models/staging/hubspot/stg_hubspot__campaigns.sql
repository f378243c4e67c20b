with

source as (
    select * from {{ source('hubspot', 'campaign') }}
),

renamed as (
    select
        -- ids
        id as campaign_id_hubspot,

        -- strings
        hs_name as campaign_name,
        hs_utm as utm_campaign,
        hs_campaign_status as campaign_status,

        -- dates and instants
        {{ kk_try_cast('hs_start_date', 'date') }} as started_on,
        {{ kk_try_cast('hs_end_date', 'date') }} as ended_on,
        created_at,
        updated_at
    from source
)

select * from renamed

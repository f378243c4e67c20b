with

source as (
    select * from {{ source('hubspot', 'event') }}
),

renamed as (
    select
        -- ids
        id as event_id_hubspot,
        object_id as contact_id_hubspot,

        -- strings
        event_type,
        object_type,
        url as page_url,
        {{ kk_url_parameter('url', 'utm_source') }} as utm_source,
        {{ kk_url_parameter('url', 'utm_medium') }} as utm_medium,
        {{ kk_url_parameter('url', 'utm_campaign') }} as utm_campaign,

        -- instants
        occurred_at
    from source
)

select * from renamed

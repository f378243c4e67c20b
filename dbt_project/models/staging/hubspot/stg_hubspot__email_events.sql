with

source as (
    select * from {{ source('hubspot', 'email_event') }}
),

renamed as (
    select
        -- ids
        id as email_event_id_hubspot,
        email_campaign_id as email_campaign_id_hubspot,

        -- strings
        type as event_type,
        lower(trim(recipient)) as recipient_email,
        url as clicked_url,

        -- booleans
        coalesce(filtered_event, false) as is_machine,

        -- instants
        created_at as occurred_at
    from source
)

select * from renamed

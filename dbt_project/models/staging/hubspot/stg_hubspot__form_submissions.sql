with

source as (
    select * from {{ source('hubspot', 'form_submission') }}
),

renamed as (
    select
        -- ids
        conversion_id as submission_id_hubspot,
        form_id as form_id_hubspot,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('hubspot', 'form_submission', entity='person') }},

        -- strings
        page_url,
        {{ kk_url_parameter('page_url', 'utm_source') }} as utm_source,
        {{ kk_url_parameter('page_url', 'utm_medium') }} as utm_medium,
        {{ kk_url_parameter('page_url', 'utm_campaign') }} as utm_campaign,

        -- instants
        submitted_at
    from source
)

select * from renamed

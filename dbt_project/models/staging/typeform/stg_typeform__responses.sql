with

source as (
    select * from {{ source('typeform', 'response') }}
),

renamed as (
    select
        -- ids
        response_id as response_id_typeform,
        form_id as form_id_typeform,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('typeform', 'response', entity='person') }},

        -- strings
        response_type,
        referer as page_url,
        nullif(trim(hidden_utm_source), '') as utm_source,
        nullif(trim(hidden_utm_medium), '') as utm_medium,
        coalesce(
            nullif(trim(hidden_utm_campaign), ''), {{ kk_url_parameter('referer', 'utm_campaign') }}
        ) as utm_campaign,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        landed_at,
        submitted_at
    from source
)

select * from renamed

with

source as (
    select * from {{ source('marketo', 'program') }}
),

renamed as (
    select
        -- ids
        id as program_id_marketo,

        -- strings
        name as program_name,
        {# a webinar program is one by its type, or by the channel that people gave it #}
        case
            when lower(type) = 'webinar' then 'Webinar'
            else {{ kk_blank_to_null('channel') }}
        end as program_type,
        status as program_status,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- instants
        start_date as started_at,
        end_date as ended_at,
        created_at,
        updated_at
    from source
)

select * from renamed

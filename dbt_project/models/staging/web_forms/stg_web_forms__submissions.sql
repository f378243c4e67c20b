{#- Raw holds every row of every export; of a submission in several the last loaded one counts. -#}
with

source as (
    select * from {{ source('web_forms', 'submission') }}
),

numbered as (
    select
        source.*,
        row_number() over (
            partition by source.submission_id
            order by source._loaded_at desc, source.row_id desc
        ) as export_number
    from source
),

renamed as (
    select
        -- ids
        submission_id as submission_id_web_forms,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('web_forms', 'submission', entity='person') }},

        -- strings
        form_name,
        message,
        consent,
        page_url,
        file_name,
        {{ kk_blank_to_null('utm_source') }} as utm_source,
        {{ kk_blank_to_null('utm_medium') }} as utm_medium,
        coalesce(
            {{ kk_blank_to_null('utm_campaign') }},
            {{ kk_url_parameter('page_url', 'utm_campaign') }}
        ) as utm_campaign,

        -- instants
        submitted_at
    from numbered
    where export_number = 1
)

select * from renamed

with

source as (
    select * from {{ source('campaign_spend', 'row') }}
),

renamed as (
    select
        -- ids
        row_id as row_id_campaign_spend,

        -- strings
        campaign_name,
        file_name,

        -- numerics
        cost_jpy,

        -- dates
        month_on
    from source
)

select * from renamed

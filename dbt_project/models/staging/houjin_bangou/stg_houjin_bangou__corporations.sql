with

source as (
    select * from {{ source('houjin_bangou', 'corporation') }}
),

renamed as (
    select
        -- ids
        corporate_number,
        successor_corporate_number,

        -- strings
        process,
        kind,
        name as company_name,
        prefecture_name as prefecture,
        city_name as city,
        close_cause,

        -- dates
        update_date as updated_on,
        change_date as changed_on,
        close_date as closed_on
    from source
)

select * from renamed

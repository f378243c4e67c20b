with

source as (
    select * from {{ source('card_files', 'row') }}
),

renamed as (
    select
        -- ids
        row_id as row_id_card_files,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('card_files', 'row', entity='person') }},

        -- strings
        file_name,
        owner_name,
        memo,

        -- numerics
        row_number as row_number_in_file,

        -- dates
        exchanged_on
    from source
)

select * from renamed

with

source as (
    select * from {{ source('sansan', 'biz_card') }}
),

renamed as (
    select
        -- ids
        id as biz_card_id_sansan,
        person_id as person_id_sansan,
        company_id as company_id_sansan,
        owner_id as owner_id_sansan,

        -- unified fields, named by the field-mapping table
        {{ mapped_columns('sansan', 'biz_card', entity='person') }},

        -- strings
        owner_name,
        entry_status,
        memo,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,

        -- dates and instants
        exchange_date as exchanged_on,
        registered_time as created_at,
        updated_time as updated_at
    from source
)

select * from renamed

with

source as (
    select
        *,
        {# Marketo keeps page and query apart; a click keeps its link whole. #}
        coalesce(
            {{ kk_blank_to_null('link') }},
            case
                when {{ kk_blank_to_null('query_parameters') }} is null
                    then coalesce(
                        {{ kk_blank_to_null('webpage_url') }},
                        {{ kk_blank_to_null('referrer_url') }}
                    )
                else coalesce(
                    {{ kk_blank_to_null('webpage_url') }},
                    {{ kk_blank_to_null('referrer_url') }},
                    ''
                ) || '?' || query_parameters
            end
        ) as page_url
    from {{ source('marketo', 'activity') }}
),

renamed as (
    select
        -- ids
        marketo_guid as activity_id_marketo,
        lead_id as lead_id_marketo,
        activity_type_id as activity_type_id_marketo,
        primary_attribute_value_id as asset_id_marketo,

        -- strings
        primary_attribute_value as asset_name,
        page_url,
        {{ kk_url_parameter('page_url', 'utm_source') }} as utm_source,
        {{ kk_url_parameter('page_url', 'utm_medium') }} as utm_medium,
        {{ kk_url_parameter('page_url', 'utm_campaign') }} as utm_campaign,
        {{ kk_blank_to_null('new_status') }} as new_status,
        {{ kk_blank_to_null('merge_ids') }} as merged_lead_ids,

        -- booleans
        coalesce(is_bot_activity, false) as is_machine,

        -- instants
        activity_date as occurred_at
    from source
)

select * from renamed

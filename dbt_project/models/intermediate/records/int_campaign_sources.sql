with

campaign_names as (
    select * from {{ ref('int_campaign_names') }}
)

select
    {{ campaign_id('name_key') }} as campaign_id,
    source_system,
    source_object,
    source_id
from campaign_names

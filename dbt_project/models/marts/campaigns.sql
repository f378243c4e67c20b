with

campaigns_unified as (
    select * from {{ ref('int_campaigns_unified') }}
)

select
    campaign_id,
    campaign_name,
    channel,
    source_system,
    source_id,
    cost_jpy
from campaigns_unified

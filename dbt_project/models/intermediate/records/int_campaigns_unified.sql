{#-
    The same name in two systems is one campaign. Salesforce leads when both know it, then
    HubSpot; a bare link tag comes last. Spend that people report beats Salesforce's own cost.
-#}
with

campaign_names as (
    select
        *,
        case
            when source_object = 'utm_campaign' then 3
            when source_system = 'salesforce' then 1
            else 2
        end as source_rank
    from {{ ref('int_campaign_names') }}
),

leading_names as (
    select
        *,
        row_number() over (
            partition by name_key
            order by source_rank, source_id
        ) as name_rank
    from campaign_names
),

campaign_kinds as (
    select
        act_type,
        channel,
        row_number() over (
            partition by act_type
            order by priority
        ) as kind_rank
    from {{ ref('touchpoint_kinds') }}
    where
        source_system = 'salesforce'
        and source_object = 'campaign_member'
        and match_field is null
),

spend as (
    select
        lower(trim(campaign_name)) as name_key,
        sum(cost_jpy) as cost_jpy
    from {{ ref('stg_campaign_spend__rows') }}
    where {{ kk_tokyo_midnight('month_on') }} <= {{ as_of() }}
    group by lower(trim(campaign_name))
),

gathered as (
    select
        name_key,
        min(hs_utm) as hs_utm,
        sum(actual_cost_jpy) as actual_cost_jpy
    from campaign_names
    group by name_key
)

select
    {{ campaign_id('leading_names.name_key') }} as campaign_id,
    leading_names.campaign_name,
    leading_names.name_key,
    gathered.hs_utm,
    leading_names.source_system,
    leading_names.source_id,
    coalesce(own_kind.channel, any_kind.channel, '不明') as channel,
    cast(coalesce(spend.cost_jpy, gathered.actual_cost_jpy) as bigint) as cost_jpy
from leading_names
inner join gathered
    on leading_names.name_key = gathered.name_key
left join spend
    on leading_names.name_key = spend.name_key
left join campaign_kinds as own_kind
    on leading_names.campaign_type = own_kind.act_type and own_kind.kind_rank = 1
left join campaign_kinds as any_kind
    on any_kind.act_type is null and any_kind.kind_rank = 1
where leading_names.name_rank = 1

{#-
    The part each touch has in a deal, as whole numbers, so that yen are shared without rounding:
    weight = part / sum of the parts. A position's share counts once per position a touch is in;
    what the others get is divided among them. A model without others, or with all positions in
    one touch, shares what it has left over in proportion. The data-driven model weighs a touch by
    what its channel adds to winning; where closed deals say nothing of a deal's channels, all its
    touches weigh the same.
-#}
with

models as (
    select * from {{ ref('attribution_models') }}
),

positions as (
    select * from {{ ref('int_attribution_positions_marked') }}
),

channel_effects as (
    select
        channel,
        part
    from {{ ref('int_attribution_effects_measured') }}
),

with_shares as (
    select
        positions.*,
        positions.is_first or positions.is_last
        or (positions.is_mql and shares.mql_pct > 0) as is_in_position,
        shares.first_pct,
        shares.mql_pct,
        shares.last_pct,
        shares.others_pct,
        coalesce(channel_effects.part, 0) as effect_part,
        positions.model = 'data_driven' and sum(coalesce(channel_effects.part, 0)) over (
            partition by positions.opportunity_id, positions.model
        ) > 0 as follows_effects
    from positions
    inner join models
        on positions.model = models.model
    inner join models as shares
        on
            shares.model
            = case
                when positions.has_mql_touch or models.model_without_mql_touch is null
                    then models.model
                else models.model_without_mql_touch
            end
    left join channel_effects
        on positions.channel = channel_effects.channel
),

counted as (
    select
        *,
        is_in_position and (first_pct + mql_pct + last_pct) > 0 as takes_position,
        sum(
            case
                when is_in_position and (first_pct + mql_pct + last_pct) > 0 then 0
                else 1
            end
        ) over (partition by opportunity_id, model) as others_count,
        min({{ kk_seconds_between('occurred_at', 'opportunity_created_at') }}) over (
            partition by opportunity_id, model
        ) as youngest_age_seconds
    from with_shares
),

weighed as (
    select
        *,
        case
            when half_life_days is not null
                then cast(
                    round(
                        1000000000000
                        * power(
                            cast(0.5 as double),
                            (
                                {{ kk_seconds_between('occurred_at', 'opportunity_created_at') }}
                                - youngest_age_seconds
                            ) / 86400.0 / half_life_days
                        )
                    ) as bigint
                )
            when follows_effects then effect_part
            when takes_position
                then (
                    case when is_first then first_pct else 0 end
                    + case when is_mql then mql_pct else 0 end
                    + case when is_last then last_pct else 0 end
                ) * greatest(others_count, 1)
            else others_pct
        end as part
    from counted
)

select
    opportunity_id,
    model,
    touchpoint_id,
    touch_number,
    campaign_id,
    channel,
    content,
    cast(part as bigint) as part
from weighed
where part > 0

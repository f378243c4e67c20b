{#-
    The part each touch has in a deal, as whole numbers, so that yen are shared without rounding:
    weight = part / sum of the parts. A position's share counts once per position a touch is in;
    what the others get is divided among them. A model without others, or with all positions in
    one touch, shares what it has left over in proportion. The data-driven model weighs a touch by
    what its channel adds to winning; where closed deals say nothing of a deal's channels, all its
    touches weigh the same. A view, because it is every touch once per model, and one model reads
    it.
-#}
{{ config(materialized='view') }}
with

models as (
    select * from {{ ref('attribution_models') }}
),

positions as (
    select * from {{ ref('int_attribution_positions_marked') }}
),

with_shares as (
    select
        positions.*,
        models.half_life_days,
        shares.first_pct,
        shares.mql_pct,
        shares.last_pct,
        shares.others_pct,
        (
            positions.is_first or positions.is_last
            or (positions.is_mql and shares.mql_pct > 0)
        ) and shares.first_pct + shares.mql_pct + shares.last_pct > 0 as takes_position,
        positions.inner_count
        - case when shares.mql_pct > 0 then positions.inner_mql_count else 0 end as others_count
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
),

weighed as (
    select
        opportunity_id,
        model,
        touch_number,
        case
            when half_life_days is not null
                then cast(
                    round(
                        1000000000000
                        * power(
                            cast(0.5 as double),
                            {{ kk_seconds_between('occurred_at', 'last_occurred_at') }}
                            / 86400.0 / half_life_days
                        )
                    ) as bigint
                )
            when model = 'data_driven' and best_effect_part > 0 then effect_part
            when takes_position
                then (
                    case when is_first then first_pct else 0 end
                    + case when is_mql then mql_pct else 0 end
                    + case when is_last then last_pct else 0 end
                ) * greatest(others_count, 1)
            else others_pct
        end as part
    from with_shares
)

select
    opportunity_id,
    model,
    touch_number,
    cast(part as bigint) as part
from weighed
where part > 0

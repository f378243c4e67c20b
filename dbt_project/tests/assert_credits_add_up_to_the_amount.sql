-- Every deal is shared out completely by every model: credits add up to the amount to the yen,
-- weights to one. A failure means that some report shows money that does not exist.
with

shared as (
    select
        opportunity_id,
        model,
        sum(weight) as weight,
        sum(credit_jpy) as credit_jpy,
        count(credit_jpy) as credited_rows
    from {{ ref('attribution_credits') }}
    group by opportunity_id, model
)

select
    opportunities.opportunity_id,
    models.model,
    opportunities.amount_jpy,
    shared.credit_jpy,
    shared.weight
from {{ ref('opportunities') }} as opportunities
cross join {{ ref('attribution_models') }} as models
left join shared
    on
        opportunities.opportunity_id = shared.opportunity_id
        and models.model = shared.model
where
    shared.weight is null
    or abs(shared.weight - 1) > 0.000000001
    or coalesce(shared.credit_jpy, -1) <> coalesce(opportunities.amount_jpy, -1)
    or (opportunities.amount_jpy is null and shared.credited_rows > 0)

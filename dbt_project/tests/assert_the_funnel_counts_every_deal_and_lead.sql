-- The weekly funnel opens to its records: summed up, it has every lead, deal, win and yen.
with

funnel as (
    select
        coalesce(sum(leads), 0) as leads,
        coalesce(sum(opportunities), 0) as opportunities,
        coalesce(sum(wins), 0) as wins,
        coalesce(sum(won_jpy), 0) as won_jpy
    from {{ ref('funnel_weekly') }}
),

records as (
    select
        count(*) as opportunities,
        count(case when is_won then 1 end) as wins,
        coalesce(sum(case when is_won then amount_jpy end), 0) as won_jpy
    from {{ ref('opportunities') }}
),

leads as (
    select count(*) as leads
    from {{ ref('int_person_lifecycle') }}
    where first_seen_at is not null and coalesce(ng_reason, '') <> 'test_data'
)

select
    funnel.*,
    records.opportunities as deals_recorded,
    leads.leads as leads_recorded
from funnel
cross join records
cross join leads
where
    funnel.leads <> leads.leads
    or funnel.opportunities <> records.opportunities
    or funnel.wins <> records.wins
    or funnel.won_jpy <> records.won_jpy

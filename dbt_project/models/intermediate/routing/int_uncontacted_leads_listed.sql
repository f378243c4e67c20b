{#-
    Leads that nobody of sales has contacted since they became MQL, each with the rep who has it:
    the owner at the hand-off, else the present one. Neither NG nor excused.
-#}
with

lifecycles as (
    select * from {{ ref('int_person_lifecycle') }}
    where
        stage in ('MQL', 'SQL')
        and not is_ng
        and first_contact_at is null
        and mql_at is not null
),

excused_clocks as (
    select person_id
    from {{ ref('int_sla_clocks_measured') }}
    where is_current and policy = 'first_contact' and status = 'excused'
)

select
    lifecycles.person_id,
    coalesce(
        lifecycles.handed_to_user_id_salesforce, lifecycles.owner_user_id_salesforce
    ) as owner_user_id_salesforce,
    lifecycles.mql_at,
    {{ kk_seconds_between('lifecycles.mql_at', as_of()) }} / 3600 as waiting_hours,
    lifecycles.is_untouched
from lifecycles
left join excused_clocks
    on lifecycles.person_id = excused_clocks.person_id
where excused_clocks.person_id is null

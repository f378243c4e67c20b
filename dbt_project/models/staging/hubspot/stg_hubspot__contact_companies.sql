{#- Of several companies the primary one counts, else the one that is known longest. -#}
with

links as (
    select
        from_id as contact_id_hubspot,
        to_id as company_id_hubspot,
        coalesce(is_primary, false) as is_primary
    from {{ ref('stg_hubspot__associations') }}
    where
        from_object = 'contact'
        and to_object = 'company'
        and not is_deleted
),

ranked as (
    select
        *,
        row_number() over (
            partition by contact_id_hubspot
            order by
                is_primary desc,
                length(company_id_hubspot) asc,
                company_id_hubspot asc
        ) as place
    from links
)

select
    contact_id_hubspot,
    company_id_hubspot,
    is_primary
from ranked
where place = 1

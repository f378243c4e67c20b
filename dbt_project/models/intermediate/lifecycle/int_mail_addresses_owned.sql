{#-
    Which person an act belongs to that names nothing but a mail address. The HubSpot contact
    that holds the address comes first, because those acts are HubSpot's own.
-#}
with

person_records as (
    select
        record_key,
        source_system,
        source_object,
        lower(trim(email)) as email,
        is_deleted,
        created_at
    from {{ ref('int_person_records_unioned') }}
    where {{ kk_blank_to_null('email') }} is not null
),

person_sources as (
    select
        record_key,
        person_id
    from {{ ref('int_person_sources_assigned') }}
),

ranked as (
    select
        person_records.email,
        person_sources.person_id,
        row_number() over (
            partition by person_records.email
            order by
                case
                    when
                        person_records.source_system = 'hubspot'
                        and person_records.source_object = 'contact'
                        then 0
                    else 1
                end,
                case when person_records.is_deleted then 1 else 0 end,
                person_records.created_at nulls last,
                person_records.record_key
        ) as claim_rank
    from person_records
    inner join person_sources
        on person_records.record_key = person_sources.record_key
)

select
    email,
    person_id
from ranked
where claim_rank = 1

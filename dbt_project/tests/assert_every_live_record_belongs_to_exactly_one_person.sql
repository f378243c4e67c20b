-- A record without a person is lost to every number; one with two persons counts twice.
with

live_records as (
    select
        source_system,
        source_object,
        source_id
    from {{ ref('int_person_records_unioned') }}
    where not is_deleted
),

persons_per_record as (
    select
        source_system,
        source_object,
        source_id,
        count(distinct person_id) as person_count
    from {{ ref('person_sources') }}
    group by source_system, source_object, source_id
)

select
    live_records.source_system,
    live_records.source_object,
    live_records.source_id,
    coalesce(persons_per_record.person_count, 0) as person_count
from live_records
left join persons_per_record
    on
        live_records.source_system = persons_per_record.source_system
        and live_records.source_object = persons_per_record.source_object
        and live_records.source_id = persons_per_record.source_id
where coalesce(persons_per_record.person_count, 0) != 1

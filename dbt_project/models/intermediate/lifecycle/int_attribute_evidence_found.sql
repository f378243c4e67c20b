{#-
    Which record shows an attribute of a person: the earliest one that carries the person's own
    value. An attribute that none of the person's records carries is the account's.
-#}
with

person_records as (
    select
        person_sources.person_id,
        records.*
    from {{ ref('int_person_records_unioned') }} as records
    inner join {{ ref('int_person_sources_assigned') }} as person_sources
        on records.record_key = person_sources.record_key
    where not records.is_deleted
),

persons as (
    select * from {{ ref('int_persons_survived') }}
),

shown as (
    select
        person_id,
        'is_decision_maker' as measure,
        record_key,
        created_at
    from person_records
    where is_decision_maker
    union all
    select
        person_id,
        'competitor_in_use' as measure,
        record_key,
        created_at
    from person_records
    where {{ kk_blank_to_null('cast(competitor_in_use as ' ~ kk_text_type() ~ ')') }} is not null
    union all
    select
        person_records.person_id,
        'title_rank' as measure,
        person_records.record_key,
        person_records.created_at
    from person_records
    inner join persons
        on
            person_records.person_id = persons.person_id
            and trim(person_records.title) = trim(persons.title)
    union all
    select
        person_records.person_id,
        'employee_count' as measure,
        person_records.record_key,
        person_records.created_at
    from person_records
    inner join persons
        on
            person_records.person_id = persons.person_id
            and person_records.employee_count = persons.employee_count
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_id, measure
            order by created_at nulls last, record_key
        ) as record_rank
    from shown
)

select
    person_id,
    measure,
    record_key as evidence_key
from ranked
where record_rank = 1

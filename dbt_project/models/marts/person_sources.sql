with

assigned as (
    select * from {{ ref('int_person_sources_assigned') }}
),

persons as (
    select * from {{ ref('int_persons_survived') }}
)

select
    assigned.source_system,
    assigned.source_object,
    assigned.source_id,
    assigned.person_id,
    assigned.account_id,
    assigned.match_probability,
    assigned.match_reason,
    assigned.account_match_probability,
    assigned.account_match_reason,
    assigned.is_deleted
from assigned
inner join persons
    on assigned.person_id = persons.person_id

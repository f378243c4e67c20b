{#-
    Why a person counts as one of the company's: the surest of the live records that lead there,
    the earliest by key among equals.
-#}
with

persons as (
    select
        person_id,
        account_id
    from {{ ref('int_persons_survived') }}
    where account_id is not null
),

ranked as (
    select
        persons.person_id,
        persons.account_id,
        assigned.record_key,
        assigned.account_match_reason,
        assigned.account_match_probability,
        row_number() over (
            partition by persons.person_id
            order by assigned.account_match_probability desc, assigned.record_key asc
        ) as reason_rank
    from persons
    inner join {{ ref('int_person_sources_assigned') }} as assigned
        on
            persons.person_id = assigned.person_id
            and persons.account_id = assigned.account_id
    where not assigned.is_deleted
)

select
    person_id,
    account_id,
    record_key,
    account_match_reason,
    account_match_probability
from ranked
where reason_rank = 1

{#-
    Who was given to a certain rep by hand, person by person: an exception names the person, one of
    the person's records, or the company. One of the person itself comes before one of the company.
-#}
with

exceptions as (
    select
        trim(record) as record,
        trim(assign_to) as assign_to,
        reason
    from {{ ref('routing_exceptions') }}
    where
        (valid_from_on is null or valid_from_on <= {{ kk_tokyo_date(as_of()) }})
        and (valid_to_on is null or valid_to_on > {{ kk_tokyo_date(as_of()) }})
),

persons as (
    select * from {{ ref('int_routable_persons_listed') }}
),

person_marks as (
    select
        person_id,
        person_id as mark,
        1 as closeness
    from persons
    union all
    select
        persons.person_id,
        assigned.record_key as mark,
        1 as closeness
    from persons
    inner join {{ ref('int_person_sources_assigned') }} as assigned
        on persons.person_id = assigned.person_id
    union all
    select
        person_id,
        account_id as mark,
        2 as closeness
    from persons
    union all
    select
        persons.person_id,
        assigned.record_key as mark,
        2 as closeness
    from persons
    inner join {{ ref('int_account_sources_assigned') }} as assigned
        on persons.account_id = assigned.account_id
),

active_users as (
    select * from {{ ref('stg_salesforce__users') }}
    where is_active
),

resolved as (
    select
        person_marks.person_id,
        active_users.user_id_salesforce,
        exceptions.record,
        exceptions.reason,
        row_number() over (
            partition by person_marks.person_id
            order by person_marks.closeness, exceptions.record
        ) as exception_rank
    from exceptions
    inner join person_marks
        on exceptions.record = person_marks.mark
    inner join active_users
        on
            left(active_users.user_id_salesforce, 15) = left(exceptions.assign_to, 15)
            or lower(trim(active_users.user_email)) = lower(exceptions.assign_to)
)

select
    person_id,
    user_id_salesforce,
    record,
    reason
from resolved
where exception_rank = 1

{#-
    One value per person and field. The parts of a name come from the record whose full name
    won, so that no person is called by one record's family name and another's given name; title
    and department come from the surviving employer while any record of that employer has them.
-#}
with

anchors as (
    select
        person_id,
        unified_field,
        record_key,
        account_id,
        row_number() over (
            partition by person_id, unified_field
            order by
                {{ survivorship_order() }}
        ) as candidate_rank
    from {{ ref('int_person_field_candidates') }}
    where unified_field in ('full_name', 'company_name')
),

names as (
    select * from anchors
    where unified_field = 'full_name' and candidate_rank = 1
),

employers as (
    select * from anchors
    where unified_field = 'company_name' and candidate_rank = 1
),

ranked as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.person_id, candidates.unified_field
            order by
                case
                    when
                        candidates.unified_field in ('department', 'title')
                        and candidates.account_id = employers.account_id
                        then 0
                    else 1
                end,
                {{ survivorship_order(relation='candidates') }}
        ) as candidate_rank
    from {{ ref('int_person_field_candidates') }} as candidates
    left join names
        on candidates.person_id = names.person_id
    left join employers
        on candidates.person_id = employers.person_id
    where
        candidates.unified_field not in ('family_name', 'given_name')
        or candidates.record_key = names.record_key
)

select
    person_id,
    unified_field,
    field_value,
    record_key,
    value_record_key,
    account_id,
    survivorship as survivorship_rule,
    value_at
from ranked
where candidate_rank = 1

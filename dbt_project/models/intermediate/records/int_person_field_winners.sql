{#-
    One value per person and field. The parts of a name come from the record whose full name
    won, so that no person is called by one record's family name and another's given name; title
    and department come from the surviving employer while any record of that employer has them.

    Each field is ranked once, and the parts of a name not at all, because ranking the values of
    all records is dear.
-#}
{%- set leading_fields = "('full_name', 'company_name')" -%}
{%- set name_parts = "('family_name', 'given_name')" -%}
{%- set winner_columns -%}
person_id, unified_field, field_value, record_key, value_record_key, account_id,
    survivorship as survivorship_rule, value_at
{%- endset -%}
with

leading_fields as (
    select
        *,
        row_number() over (
            partition by person_id, unified_field
            order by
                {{ survivorship_order() }}
        ) as candidate_rank
    from {{ ref('int_person_field_candidates') }}
    where unified_field in {{ leading_fields }}
),

leaders as (
    select * from leading_fields
    where candidate_rank = 1
),

names as (
    select
        person_id,
        record_key
    from leaders
    where unified_field = 'full_name'
),

employers as (
    select
        person_id,
        account_id
    from leaders
    where unified_field = 'company_name'
),

parts_of_names as (
    select candidates.*
    from {{ ref('int_person_field_candidates') }} as candidates
    inner join names
        on
            candidates.person_id = names.person_id
            and candidates.record_key = names.record_key
    where candidates.unified_field in {{ name_parts }}
),

other_fields as (
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
    left join employers
        on candidates.person_id = employers.person_id
    where
        candidates.unified_field not in {{ leading_fields }}
        and candidates.unified_field not in {{ name_parts }}
)

select {{ winner_columns }}
from leaders
union all
select {{ winner_columns }}
from parts_of_names
union all
select {{ winner_columns }}
from other_fields
where candidate_rank = 1

{#-
    A row is a value of `persons` whose record is not named in person_field_winners, or a winner
    whose value is not the one that `persons` shows. Either way a figure would not open down to
    the record it comes from.
-#}
with

survived as (
    {{ unpivot_fields('survived_persons', ['person_id'], [
        'full_name', 'family_name', 'given_name', 'email', 'phone_e164', 'mobile_e164',
        'company_name', 'title', 'department', 'prefecture', 'industry', 'employee_count',
        'owner_user_id_salesforce',
    ]) | replace('survived_persons', ref('int_persons_survived')) }}
),

winners as (
    select * from {{ ref('person_field_winners') }}
)

select
    coalesce(survived.person_id, winners.person_id) as person_id,
    coalesce(survived.unified_field, winners.field) as field,
    survived.field_value,
    winners.value
from survived
full outer join winners
    on
        survived.person_id = winners.person_id
        and survived.unified_field = winners.field
where survived.field_value is distinct from winners.value

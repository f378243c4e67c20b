-- persons joins what identity and lifecycle know; a person missing on one side would vanish here.
select survived.person_id
from {{ ref('int_persons_survived') }} as survived
left join {{ ref('persons') }} as persons
    on survived.person_id = persons.person_id
where persons.person_id is null

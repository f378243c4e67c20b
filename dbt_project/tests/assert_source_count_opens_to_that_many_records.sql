-- Every number opens: the count beside a person is the number of rows found behind it.
select
    persons.person_id,
    persons.source_count,
    count(person_sources.source_id) as rows_behind
from {{ ref('persons') }} as persons
left join {{ ref('person_sources') }} as person_sources
    on persons.person_id = person_sources.person_id
group by persons.person_id, persons.source_count
having persons.source_count != count(person_sources.source_id)

-- A person whose records are all deleted must leave the mart: nobody may be contacted from it.
select persons.person_id
from {{ ref('persons') }} as persons
left join {{ ref('person_sources') }} as person_sources
    on persons.person_id = person_sources.person_id and not person_sources.is_deleted
where person_sources.person_id is null

{#- The persons, companies and deals that findings are about; of a pair also the other one's. -#}
with

findings as (
    select * from {{ ref('hygiene_findings_unioned') }}
)

select
    'person' as entity,
    person_id as subject_id
from findings
where opportunity_id is null and person_id is not null
union
select
    'person' as entity,
    person_sources.person_id as subject_id
from findings
inner join {{ ref('int_person_sources_assigned') }} as person_sources
    on findings.proposed_from = person_sources.record_key
union
select
    'account' as entity,
    account_id as subject_id
from findings
where source_object in ('account', 'company') and account_id is not null
union
select
    'account' as entity,
    account_sources.account_id as subject_id
from findings
inner join {{ ref('int_account_sources_assigned') }} as account_sources
    on findings.proposed_from = account_sources.record_key
union
select
    'opportunity' as entity,
    opportunity_id as subject_id
from findings
where opportunity_id is not null

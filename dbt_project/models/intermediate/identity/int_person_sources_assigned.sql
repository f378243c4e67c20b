with

persons_resolved as (
    select * from {{ ref('int_records_resolved') }}
    where entity = 'person'
),

accounts_resolved as (
    select * from {{ ref('int_records_resolved') }}
    where entity = 'account'
),

records as (
    select * from {{ ref('int_person_records_unioned') }}
)

select
    persons_resolved.source_system,
    persons_resolved.source_object,
    persons_resolved.source_id,
    persons_resolved.record_key,
    persons_resolved.resolved_id as person_id,
    accounts_resolved.resolved_id as account_id,
    persons_resolved.match_probability,
    persons_resolved.match_reason,
    accounts_resolved.match_reason as account_match_reason,
    accounts_resolved.match_probability as account_match_probability,
    records.is_deleted
from persons_resolved
inner join records
    on persons_resolved.record_key = records.record_key
left join accounts_resolved
    on persons_resolved.record_key = accounts_resolved.record_key

{# A test or spam row is a person of its own, unless somebody said that it is somebody. #}
with

records as (
    select
        record_key,
        resolved_id
    from {{ ref('int_records_resolved') }}
    where entity = 'person'
),

decided as (
    select record_key_a as record_key from {{ ref('int_pairs_decided') }}
    where is_same
    union
    select record_key_b as record_key from {{ ref('int_pairs_decided') }}
    where is_same
)

select junk.record_key
from {{ ref('int_person_records_normalised') }} as normalised
inner join records as junk
    on normalised.record_key = junk.record_key
inner join records as others
    on junk.resolved_id = others.resolved_id and junk.record_key <> others.record_key
left join decided
    on junk.record_key = decided.record_key
where normalised.is_junk and decided.record_key is null

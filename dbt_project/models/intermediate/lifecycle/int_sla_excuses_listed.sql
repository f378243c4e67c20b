{#- Instants from which a person's clocks are excused: no lead any more, or an agreed exception. -#}
with

exceptions as (
    select
        policy,
        trim(record) as record,
        {{ kk_typed_instant('excused_at') }} as excused_at
    from {{ ref('sla_exceptions') }}
),

person_sources as (
    select
        record_key,
        person_id
    from {{ ref('int_person_sources_assigned') }}
),

ng_persons as (
    select * from {{ ref('int_persons_ng_judged') }}
)

select
    person_id,
    cast(null as {{ kk_text_type() }}) as policy,
    ng_at as excused_at
from ng_persons
where ng_at <= {{ as_of() }}
union all
select
    coalesce(person_sources.person_id, exceptions.record) as person_id,
    exceptions.policy,
    exceptions.excused_at
from exceptions
left join person_sources
    on exceptions.record = person_sources.record_key
where exceptions.excused_at <= {{ as_of() }}

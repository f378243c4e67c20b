{#-
    The one record under which a person is talked about: the Salesforce record that sales owns,
    then any other one there, then the oldest record of any system. Only ages and ownership
    decide, so the leading record does not change with an edit.
-#}
with

person_sources as (
    select * from {{ ref('int_person_sources_assigned') }}
    where not is_deleted
),

person_records as (
    select * from {{ ref('int_person_records_unioned') }}
),

sfa_records as (
    select * from {{ ref('hygiene_sfa_records') }}
),

ranked as (
    select
        person_sources.person_id,
        person_sources.account_id,
        person_sources.record_key,
        person_sources.source_system,
        person_sources.source_object,
        person_sources.source_id,
        sfa_records.record_key is not null as is_in_sfa,
        sfa_records.owner,
        row_number() over (
            partition by person_sources.person_id
            order by
                case
                    when sfa_records.is_owned_by_sales then 0
                    when sfa_records.record_key is not null then 1
                    else 2
                end,
                person_records.created_at nulls last,
                person_sources.record_key
        ) as record_rank,
        max(case when sfa_records.is_owned_by_sales then 1 else 0 end) over (
            partition by person_sources.person_id
        ) = 1 as is_owned_by_sales
    from person_sources
    inner join person_records
        on person_sources.record_key = person_records.record_key
    left join sfa_records
        on person_sources.record_key = sfa_records.record_key
)

select
    person_id,
    account_id,
    record_key,
    source_system,
    source_object,
    source_id,
    owner,
    is_in_sfa,
    is_owned_by_sales
from ranked
where record_rank = 1

{#-
    Only live records speak for a person; deleted ones keep their id and nothing else. A field's
    mapping is looked up by one text: by three columns engines would rather join every record
    with every mapping of its object first. A view, because it is many rows that one model reads.
-#}
{{ config(materialized='view') }}
with

live_records as (
    select
        assigned.record_key,
        assigned.person_id,
        assigned.account_id,
        records.source_system,
        records.source_object,
        records.created_at
    from {{ ref('int_person_sources_assigned') }} as assigned
    inner join {{ ref('int_person_records_unioned') }} as records
        on assigned.record_key = records.record_key
    where not records.is_deleted
),

person_values as (
    select * from {{ ref('int_person_values') }}
),

mapped_fields as (
    select
        *,
        source_system || ':' || source_object || ':' || unified_field as field_key
    from {{ ref('int_mapped_fields_ranked') }}
    where entity = 'person'
),

field_changes as (
    select * from {{ ref('int_record_field_changes') }}
)

select
    live_records.person_id,
    live_records.account_id,
    live_records.record_key,
    person_values.value_record_key,
    person_values.unified_field,
    person_values.field_value,
    mapped_fields.survivorship,
    mapped_fields.priority,
    mapped_fields.owner_rank,
    coalesce(field_changes.changed_at, live_records.created_at) as value_at
from live_records
inner join person_values
    on live_records.record_key = person_values.record_key
inner join mapped_fields
    on
        live_records.source_system
        || ':' || live_records.source_object
        || ':' || person_values.unified_field
        = mapped_fields.field_key
left join field_changes
    on
        live_records.record_key = field_changes.record_key
        and mapped_fields.field_name = field_changes.field_name

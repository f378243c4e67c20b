{#-
    Which value a field of a Lead or Contact held from when to when. Where the org tracks the
    field, its history tells: the value before the first row is that row's old value, and without
    a row the present value has held since creation. Where it does not, our own history tells
    since when we have seen the value (an owner without rows is the owner since creation).
    Nothing is held before the record was created, whatever a row of history says.
-#}
with

versions as (
    select * from {{ ref('int_record_fields_listed') }}
),

changes as (
    select * from {{ ref('int_field_changes_unioned') }}
),

tracked_fields as (
    select distinct
        source_object,
        field
    from changes
),

present_values as (
    select
        versions.*,
        tracked_fields.field is not null as is_tracked
    from versions
    left join tracked_fields
        on
            versions.source_object = tracked_fields.source_object
            and versions.field = tracked_fields.field
    where versions.is_present
),

first_changes as (
    select *
    from changes
    where change_number = 1
),

before_first_change as (
    select
        present_values.record_key,
        present_values.source_object,
        present_values.field,
        case
            when first_changes.record_key is null then present_values.field_value
            else first_changes.old_value
        end as field_value,
        present_values.created_at as held_from,
        coalesce(first_changes.changed_at, {{ kk_end_of_time() }}) as held_until
    from present_values
    left join first_changes
        on
            present_values.record_key = first_changes.record_key
            and present_values.field = first_changes.field
    where present_values.is_tracked
),

after_changes as (
    select
        changes.record_key,
        changes.source_object,
        changes.field,
        changes.new_value as field_value,
        greatest(changes.changed_at, present_values.created_at) as held_from,
        coalesce(changes.next_changed_at, {{ kk_end_of_time() }}) as held_until
    from changes
    inner join present_values
        on
            changes.record_key = present_values.record_key
            and changes.field = present_values.field
),

seen_changes as (
    select
        versions.*,
        lag(versions.field_value) over (
            partition by versions.record_key, versions.field
            order by versions.version_number
        ) as previous_value
    from versions
    inner join present_values
        on
            versions.record_key = present_values.record_key
            and versions.field = present_values.field
    where not present_values.is_tracked
),

seen_values as (
    select
        record_key,
        source_object,
        field,
        field_value,
        case
            when field = 'owner' and version_number = 1 then created_at
            else seen_from
        end as held_from,
        coalesce(
            lead(seen_from) over (
                partition by record_key, field
                order by version_number
            ), {{ kk_end_of_time() }}
        ) as held_until
    from seen_changes
    where
        version_number = 1
        or coalesce(previous_value, '') <> coalesce(field_value, '')
)

select
    *,
    'created' as known_by
from before_first_change
where held_from < held_until
union all
select
    *,
    'history' as known_by
from after_changes
where held_from < held_until
union all
select
    *,
    'seen' as known_by
from seen_values
where held_from < held_until

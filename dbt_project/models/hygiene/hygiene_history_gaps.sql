{#-
    The places where a record's field history does not fit together: a change that does not start
    from the value before it, or a last change that does not lead to today's value. Rows are
    missing or out of order. Changes written in the same second may stand in any order.
-#}
with

person_changes as (
    select
        record_key,
        field,
        change_id,
        old_value,
        new_value,
        changed_at
    from {{ ref('int_field_changes_unioned') }}
    where field <> 'lead_converted'
),

deal_changes as (
    select
        'salesforce:opportunity:' || opportunity_id_salesforce as record_key,
        'stage' as field,
        opportunity_field_history_id_salesforce as change_id,
        old_value,
        new_value,
        changed_at
    from {{ ref('stg_salesforce__opportunity_field_histories') }}
    where field_name = 'StageName' and not is_deleted and changed_at is not null
),

present_values as (
    select
        record_key,
        field,
        field_value
    from {{ ref('int_record_fields_listed') }}
    where is_present
    union all
    select
        'salesforce:opportunity:' || opportunity_id_salesforce as record_key,
        'stage' as field,
        stage as field_value
    from {{ ref('stg_salesforce__opportunities') }}
),

{# Ids have 15 or 18 characters, truth is written in capitals or not, nothing is null or empty. #}
changes as (
    select
        record_key,
        field,
        change_id,
        changed_at,
        {{ comparable_value('field', 'old_value') }} as old_value,
        {{ comparable_value('field', 'new_value') }} as new_value,
        dense_rank() over (
            partition by record_key, field
            order by changed_at
        ) as instant_number,
        max(changed_at) over (partition by record_key, field) as last_changed_at
    from (
        select * from person_changes
        union all
        select * from deal_changes
    ) as unioned
),

unexplained as (
    select
        changes.record_key,
        changes.field,
        changes.changed_at
    from changes
    left join changes as earlier
        on
            changes.record_key = earlier.record_key
            and changes.field = earlier.field
            and changes.change_id <> earlier.change_id
            and earlier.instant_number in (changes.instant_number, changes.instant_number - 1)
            and changes.old_value = earlier.new_value
    where changes.instant_number > 1 and earlier.change_id is null
),

{# Of two changes in one second either may have been the last. #}
last_values as (
    select
        present_values.record_key,
        present_values.field,
        max(changes.last_changed_at) as changed_at,
        max(
            case
                when
                    changes.new_value
                    = {{ comparable_value('present_values.field', 'present_values.field_value') }}
                    then 1
                else 0
            end
        ) as is_reached
    from present_values
    inner join changes
        on
            present_values.record_key = changes.record_key
            and present_values.field = changes.field
            and changes.changed_at = changes.last_changed_at
    group by present_values.record_key, present_values.field
)

select
    record_key,
    field,
    changed_at,
    'start' as gap
from unexplained
union all
select
    record_key,
    field,
    changed_at,
    'end' as gap
from last_values
where is_reached = 0

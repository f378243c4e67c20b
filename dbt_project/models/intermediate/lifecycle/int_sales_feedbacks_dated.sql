{#-
    When sales said what about a Lead or Contact. The present value was said at its own
    Sales_Feedback_At__c, an earlier one when the history says it was written. The same value
    written again is told only by a moved Sales_Feedback_At__c.
-#}
with

versions as (
    select
        record_key,
        version_number,
        max(case when field = 'sales_feedback' then field_value end) as feedback,
        max(
            case
                when field = 'sales_feedback_at'
                    then {{ kk_try_cast('field_value', kk_instant_type()) }}
            end
        ) as said_at,
        max(seen_from) as seen_from,
        bool_or(is_present) as is_present
    from {{ ref('int_record_fields_listed') }}
    where field in ('sales_feedback', 'sales_feedback_at')
    group by record_key, version_number
),

value_spans as (
    select * from {{ ref('int_field_values_dated') }}
    where field = 'sales_feedback'
),

value_changes as (
    select * from {{ ref('int_field_changes_unioned') }}
    where field = 'sales_feedback'
),

{# A moved instant beside an unchanged value: the same thing was said again. #}
repeated as (
    select
        said_changes.record_key,
        value_spans.field_value as feedback,
        {{ kk_try_cast('said_changes.new_value', kk_instant_type()) }} as said_at,
        said_changes.changed_at
    from {{ ref('int_field_changes_unioned') }} as said_changes
    inner join value_spans
        on
            said_changes.record_key = value_spans.record_key
            and said_changes.changed_at > value_spans.held_from
            and said_changes.changed_at < value_spans.held_until
    left join value_changes
        on
            said_changes.record_key = value_changes.record_key
            and said_changes.changed_at = value_changes.changed_at
    where
        said_changes.field = 'sales_feedback_at'
        and value_changes.record_key is null
),

last_repeats as (
    select
        record_key,
        max(changed_at) as changed_at
    from repeated
    group by record_key
),

present as (
    select
        versions.record_key,
        versions.feedback,
        coalesce(versions.said_at, value_spans.held_from) as said_at
    from versions
    left join value_spans
        on
            versions.record_key = value_spans.record_key
            and value_spans.held_until = {{ kk_end_of_time() }}
    where versions.is_present
),

{# The row that wrote the present value tells the act that Sales_Feedback_At__c already dates. #}
earlier_values as (
    select
        value_changes.record_key,
        value_changes.new_value as feedback,
        value_changes.changed_at as said_at
    from value_changes
    left join present
        on value_changes.record_key = present.record_key
    left join last_repeats
        on
            value_changes.record_key = last_repeats.record_key
            and value_changes.changed_at < last_repeats.changed_at
    where
        value_changes.next_changed_at is not null
        or last_repeats.record_key is not null
        or coalesce(present.feedback, '') <> coalesce(value_changes.new_value, '')
),

{# Versions of our own count where the vendor's history is silent about the writing. #}
last_changes as (
    select
        record_key,
        max(changed_at) as changed_at
    from value_changes
    group by record_key
),

seen_values as (
    select
        versions.record_key,
        versions.feedback,
        coalesce(versions.said_at, versions.seen_from) as said_at
    from versions
    left join last_changes
        on versions.record_key = last_changes.record_key
    where
        not versions.is_present
        and (
            last_changes.record_key is null
            or coalesce(versions.said_at, versions.seen_from) > last_changes.changed_at
        )
),

unioned as (
    select * from present
    union all
    select
        record_key,
        feedback,
        said_at
    from repeated
    union all
    select * from earlier_values
    union all
    select * from seen_values
)

select distinct
    record_key,
    feedback,
    said_at
from unioned
where feedback is not null and said_at <= {{ as_of() }}

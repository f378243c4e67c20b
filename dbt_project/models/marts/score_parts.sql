with

behaviour_events as (
    select * from {{ ref('int_behaviours_counted') }}
    where
        purpose = 'score'
        and valid_from <= {{ as_of() }}
        and {{ as_of() }} < valid_until
),

{# Only what lies in the window at as_of is evidence. #}
events_in_window as (
    select
        *,
        row_number() over (
            partition by person_id, rule_id
            order by event_number
        ) as number_in_window,
        count(*) over (partition by person_id, rule_id) as count_in_window
    from behaviour_events
    where
        window_days is null
        or {{ as_of() }} < {{ kk_plus_seconds('occurred_at', 'window_days * 86400') }}
),

{# The event that completed the count carries the points, the rest shows what was counted. #}
behaviour_parts as (
    select
        person_id,
        rule_id,
        case
            when is_per_event or number_in_window = needed_count then points
            else 0
        end as points,
        source_id as evidence_source_id,
        touchpoint_id as evidence_key,
        occurred_at
    from events_in_window
    where needed_count <= count_in_window
),

attribute_parts as (
    select
        attributes.person_id,
        attributes.rule_id,
        attributes.points,
        attributes.measure,
        attributes.attribute_value,
        coalesce(
            evidence.evidence_key, 'kakehashi:account:' || attributes.account_id
        ) as evidence_key
    from {{ ref('int_attribute_spans_found') }} as attributes
    left join {{ ref('int_attribute_evidence_found') }} as evidence
        on
            attributes.person_id = evidence.person_id
            and attributes.measure = evidence.measure
    where
        attributes.purpose = 'score'
        and attributes.held_from <= {{ as_of() }}
        and {{ as_of() }} < attributes.held_until
)

select
    person_id,
    rule_id,
    cast(points as integer) as points,
    evidence_source_id,
    occurred_at,
    evidence_key,
    cast(null as {{ kk_text_type() }}) as measure,
    cast(null as {{ kk_text_type() }}) as attribute_value
from behaviour_parts
union all
select
    person_id,
    rule_id,
    cast(points as integer) as points,
    {{ kk_regexp_extract('evidence_key', '^[^:]*:[^:]*:(.*)$', 1) }} as evidence_source_id,
    cast(null as {{ kk_instant_type() }}) as occurred_at,
    evidence_key,
    measure,
    attribute_value
from attribute_parts

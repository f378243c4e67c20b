{#-
    Instants at which sales gave a person back to nurturing, by the Recycled rows of
    stage_rules.csv: what sales said, or the history row of the Lead's status. Whether the person
    was there to be given back is judged when the stages are folded.
-#}
with

recycle_rules as (
    select * from {{ ref('stage_rules') }}
    where to_stage = 'Recycled'
),

feedbacks as (
    select
        record_key,
        'sales_feedback' as measure,
        feedback as field_value,
        said_at as happened_at
    from {{ ref('int_sales_feedbacks_dated') }}
),

{# The status a Lead was created with is no change; a change nobody tracked is one we saw. #}
status_changes as (
    select
        record_key,
        field as measure,
        field_value,
        held_from as happened_at
    from {{ ref('int_field_values_dated') }}
    where field = 'lead_status' and known_by <> 'created'
),

signals as (
    select * from feedbacks
    union all
    select * from status_changes
),

person_sources as (
    select
        record_key,
        person_id
    from {{ ref('int_person_sources_assigned') }}
)

select
    person_sources.person_id,
    signals.happened_at,
    min(recycle_rules.rule_id) as rule_id,
    min(signals.record_key) as evidence
from signals
inner join recycle_rules
    on signals.measure = recycle_rules.measure
inner join person_sources
    on signals.record_key = person_sources.record_key
where
    signals.happened_at <= {{ as_of() }}
    and {{ condition_holds(
        'signals.field_value', 'recycle_rules.operator', 'recycle_rules.value'
    ) }}
group by person_sources.person_id, signals.happened_at

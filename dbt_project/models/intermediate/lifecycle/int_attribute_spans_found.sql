{#- When a condition on a person's attribute holds: always, within the validity of its rule. -#}
with

conditions as (
    select * from {{ ref('int_rule_conditions_listed') }}
),

attributes as (
    select * from {{ ref('int_person_attributes_listed') }}
)

select
    attributes.person_id,
    conditions.purpose,
    conditions.rule_id,
    conditions.condition_number,
    conditions.points,
    attributes.measure,
    attributes.attribute_value,
    attributes.account_id,
    conditions.valid_from as held_from,
    conditions.valid_until as held_until
from attributes
inner join conditions
    on attributes.measure = conditions.measure
where {{ condition_holds('attributes.attribute_value', 'conditions.operator', 'conditions.value') }}

{#-
    When a condition on a field of a Lead or Contact holds on that record. A converted Lead keeps
    its last values, a deleted record counts until its deletion.
-#}
with

stage_conditions as (
    select * from {{ ref('int_rule_conditions_listed') }}
    where purpose = 'SQL'
),

field_values as (
    select * from {{ ref('int_field_values_dated') }}
),

deletions as (
    select
        'salesforce:lead:' || lead_id_salesforce as record_key,
        system_modified_at as deleted_at
    from {{ ref('stg_salesforce__leads') }}
    where is_deleted
    union all
    select
        'salesforce:contact:' || contact_id_salesforce as record_key,
        system_modified_at as deleted_at
    from {{ ref('stg_salesforce__contacts') }}
    where is_deleted
),

bounded as (
    select
        field_values.record_key,
        stage_conditions.rule_id,
        stage_conditions.condition_number,
        field_values.held_from,
        least(field_values.held_until, deletions.deleted_at) as held_until
    from field_values
    inner join stage_conditions
        on field_values.field = stage_conditions.measure
    left join deletions
        on field_values.record_key = deletions.record_key
    where
        {{ condition_holds(
            'field_values.field_value', 'stage_conditions.operator', 'stage_conditions.value'
        ) }}
)

select * from bounded
where held_from < held_until

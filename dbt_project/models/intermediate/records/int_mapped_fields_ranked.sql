{#-
    For every object and unified field: the survivorship rule and the rank of the source. A
    value that a record has without a mapping row of its own (a contact's company name comes
    from its account) takes the field's rule and the object's best rank.
-#}
with

mappings as (
    select
        *,
        case when owner in ('sales', 'person') then 1 else 2 end as owner_rank
    from {{ ref('field_mappings') }}
    where direction in ('pull', 'both')
),

objects as (
    select
        entity,
        system,
        object,
        min(priority) as priority,
        min(owner_rank) as owner_rank
    from mappings
    group by entity, system, object
),

fields as (
    select
        entity,
        unified_field,
        min(survivorship) as survivorship
    from mappings
    group by entity, unified_field
)

select
    objects.entity,
    objects.system as source_system,
    objects.object as source_object,
    fields.unified_field,
    fields.survivorship,
    mappings.field as field_name,
    coalesce(mappings.priority, objects.priority) as priority,
    coalesce(mappings.owner_rank, objects.owner_rank) as owner_rank
from objects
inner join fields
    on objects.entity = fields.entity
left join mappings
    on
        objects.entity = mappings.entity
        and objects.system = mappings.system
        and objects.object = mappings.object
        and fields.unified_field = mappings.unified_field

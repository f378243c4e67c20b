{#-
    The vendor's own field history of Leads and Contacts, named by the field-mapping table and in
    the order of time. Of an owner's change Salesforce writes two rows, one of names and one of
    ids: only the pair holding ids is kept.
-#}
with

histories as (
    select
        'lead' as source_object,
        'salesforce:lead:' || lead_id_salesforce as record_key,
        lead_history_id_salesforce as change_id,
        field_name,
        old_value,
        new_value,
        changed_by_user_id_salesforce,
        changed_at
    from {{ ref('stg_salesforce__lead_histories') }}
    union all
    select
        'contact' as source_object,
        'salesforce:contact:' || contact_id_salesforce as record_key,
        contact_history_id_salesforce as change_id,
        field_name,
        old_value,
        new_value,
        changed_by_user_id_salesforce,
        changed_at
    from {{ ref('stg_salesforce__contact_histories') }}
),

field_names as (
    select
        object as source_object,
        field as field_name,
        unified_field as field
    from {{ ref('field_mappings') }}
    where
        system = 'salesforce'
        and entity = 'person'
        and direction in ('pull', 'both')
),

named as (
    select
        histories.*,
        case
            when histories.field_name in ('Owner', 'ownerAssignment', 'ownerAccepted') then 'owner'
            when histories.field_name = 'Status' then 'lead_status'
            when histories.field_name = 'leadConverted' then 'lead_converted'
            else field_names.field
        end as field
    from histories
    left join field_names
        on
            histories.source_object = field_names.source_object
            and histories.field_name = field_names.field_name
)

select
    source_object,
    record_key,
    change_id,
    field,
    old_value,
    new_value,
    changed_by_user_id_salesforce,
    changed_at,
    row_number() over (
        partition by record_key, field
        order by changed_at, change_id
    ) as change_number,
    lead(changed_at) over (
        partition by record_key, field
        order by changed_at, change_id
    ) as next_changed_at
from named
where
    field is not null
    and changed_at is not null
    and (
        field <> 'owner'
        or {{ is_user_or_queue_id('old_value') }}
        or {{ is_user_or_queue_id('new_value') }}
    )

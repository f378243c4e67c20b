{#-
    Who looks after a person in Salesforce today: the owner of the live, unconverted Lead or
    Contact that was assigned last. An edit of the record is no assignment, and our own push is
    an edit, so the modification stamp is not asked.
-#}
with

assignments as (
    select
        record_key,
        max(changed_at) as assigned_at
    from {{ ref('int_record_field_changes') }}
    where field_name in ('Owner', 'OwnerId', 'ownerAssignment', 'ownerAccepted')
    group by record_key
),

owned_records as (
    select
        assigned.person_id,
        records.record_key,
        records.owner_id_salesforce,
        coalesce(assignments.assigned_at, records.created_at) as assigned_at,
        row_number() over (
            partition by assigned.person_id
            order by
                coalesce(assignments.assigned_at, records.created_at) desc,
                records.record_key
        ) as owner_rank
    from {{ ref('int_person_sources_assigned') }} as assigned
    inner join {{ ref('int_person_records_unioned') }} as records
        on assigned.record_key = records.record_key
    left join assignments
        on records.record_key = assignments.record_key
    where
        not records.is_deleted
        and records.converted_to_key is null
        and records.owner_id_salesforce is not null
)

select
    person_id,
    owner_id_salesforce as owner_user_id_salesforce,
    record_key,
    assigned_at
from owned_records
where owner_rank = 1

{#-
    One row per MQL of a person: what happened between it and the next one. Handed over is the
    first instant at which sales owns a record (already owned before counts at the MQL itself).
-#}
with

mql_transitions as (
    select
        person_id,
        happened_at as mql_at,
        row_number() over (
            partition by person_id
            order by transition_number
        ) as cycle_number,
        coalesce(
            lead(happened_at) over (
                partition by person_id
                order by transition_number
            ), {{ kk_end_of_time() }}
        ) as next_mql_at
    from {{ ref('int_stage_transitions_folded') }}
    where to_stage = 'MQL'
),

person_sources as (
    select
        record_key,
        person_id
    from {{ ref('int_person_sources_assigned') }}
),

sales_users as (
    select * from {{ ref('int_sales_users_listed') }}
),

hand_offs as (
    select
        mql_transitions.person_id,
        mql_transitions.cycle_number,
        owners.owner_user_id_salesforce,
        greatest(owners.owned_from, mql_transitions.mql_at) as handed_at,
        row_number() over (
            partition by mql_transitions.person_id, mql_transitions.cycle_number
            order by
                greatest(owners.owned_from, mql_transitions.mql_at),
                owners.owned_from,
                owners.record_key
        ) as hand_off_rank
    from mql_transitions
    inner join person_sources
        on mql_transitions.person_id = person_sources.person_id
    inner join {{ ref('int_record_owners_dated') }} as owners
        on
            person_sources.record_key = owners.record_key
            and mql_transitions.mql_at < owners.owned_until
            and mql_transitions.next_mql_at > owners.owned_from
            and owners.owned_from <= {{ as_of() }}
),

contacts as (
    select
        touchpoints.person_id,
        touchpoints.occurred_at
    from {{ ref('int_touchpoints_deduplicated') }} as touchpoints
    inner join sales_users
        on left(touchpoints.actor_user_id_salesforce, 15) = sales_users.user_key
    where not touchpoints.is_marketing
),

first_contacts as (
    select
        mql_transitions.person_id,
        mql_transitions.cycle_number,
        min(contacts.occurred_at) as first_contact_at
    from mql_transitions
    inner join contacts
        on
            mql_transitions.person_id = contacts.person_id
            and mql_transitions.mql_at <= contacts.occurred_at
            and mql_transitions.next_mql_at > contacts.occurred_at
    group by mql_transitions.person_id, mql_transitions.cycle_number
),

feedbacks as (
    select
        record_key,
        said_at as happened_at
    from {{ ref('int_sales_feedbacks_dated') }}
    union all
    select
        changes.record_key,
        changes.changed_at as happened_at
    from {{ ref('int_field_changes_unioned') }} as changes
    inner join sales_users
        on left(changes.changed_by_user_id_salesforce, 15) = sales_users.user_key
    where changes.field = 'lead_status' and changes.changed_at <= {{ as_of() }}
),

first_feedbacks as (
    select
        hand_offs.person_id,
        hand_offs.cycle_number,
        min(feedbacks.happened_at) as feedback_at
    from hand_offs
    inner join mql_transitions
        on
            hand_offs.person_id = mql_transitions.person_id
            and hand_offs.cycle_number = mql_transitions.cycle_number
    inner join person_sources
        on hand_offs.person_id = person_sources.person_id
    inner join feedbacks
        on
            person_sources.record_key = feedbacks.record_key
            and hand_offs.handed_at <= feedbacks.happened_at
            and mql_transitions.next_mql_at > feedbacks.happened_at
    where hand_offs.hand_off_rank = 1
    group by hand_offs.person_id, hand_offs.cycle_number
)

select
    mql_transitions.person_id,
    mql_transitions.cycle_number,
    mql_transitions.next_mql_at = {{ kk_end_of_time() }} as is_current,
    mql_transitions.mql_at,
    hand_offs.handed_at,
    hand_offs.owner_user_id_salesforce as handed_to_user_id_salesforce,
    first_contacts.first_contact_at,
    first_feedbacks.feedback_at
from mql_transitions
left join hand_offs
    on
        mql_transitions.person_id = hand_offs.person_id
        and mql_transitions.cycle_number = hand_offs.cycle_number
        and hand_offs.hand_off_rank = 1
left join first_contacts
    on
        mql_transitions.person_id = first_contacts.person_id
        and mql_transitions.cycle_number = first_contacts.cycle_number
left join first_feedbacks
    on
        mql_transitions.person_id = first_feedbacks.person_id
        and mql_transitions.cycle_number = first_feedbacks.cycle_number

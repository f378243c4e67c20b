{#-
    Which sales user owned a Lead or Contact from when to when. A converted Lead is nobody's
    any more from its conversion on, a deleted record from its deletion on.
-#}
with

owner_spans as (
    select * from {{ ref('int_field_values_dated') }}
    where field = 'owner'
),

sales_users as (
    select * from {{ ref('int_sales_users_listed') }}
),

contacts as (
    select * from {{ ref('stg_salesforce__contacts') }}
),

conversions as (
    select
        record_key,
        max(changed_at) as converted_at
    from {{ ref('int_field_changes_unioned') }}
    where field = 'lead_converted'
    group by record_key
),

leads as (
    select
        'salesforce:lead:' || leads.lead_id_salesforce as record_key,
        leads.is_deleted,
        leads.system_modified_at,
        leads.is_converted,
        case
            when {{ kk_tokyo_date('contacts.created_at') }} = leads.converted_on
                then contacts.created_at
            else {{ kk_tokyo_midnight('leads.converted_on') }}
        end as presumably_converted_at
    from {{ ref('stg_salesforce__leads') }} as leads
    left join contacts
        on leads.converted_contact_id_salesforce = contacts.contact_id_salesforce
),

endings as (
    select
        leads.record_key,
        least(
            case
                when leads.is_converted
                    then coalesce(conversions.converted_at, leads.presumably_converted_at)
            end,
            case when leads.is_deleted then leads.system_modified_at end
        ) as ended_at
    from leads
    left join conversions
        on leads.record_key = conversions.record_key
    union all
    select
        'salesforce:contact:' || contact_id_salesforce as record_key,
        case when is_deleted then system_modified_at end as ended_at
    from contacts
),

ended_spans as (
    select
        owner_spans.record_key,
        owner_spans.field_value as owner_user_id_salesforce,
        owner_spans.held_from as owned_from,
        least(owner_spans.held_until, endings.ended_at) as owned_until
    from owner_spans
    left join endings
        on owner_spans.record_key = endings.record_key
)

select
    ended_spans.record_key,
    sales_users.user_id_salesforce as owner_user_id_salesforce,
    ended_spans.owned_from,
    ended_spans.owned_until
from ended_spans
inner join sales_users
    on left(ended_spans.owner_user_id_salesforce, 15) = sales_users.user_key
where ended_spans.owned_from < ended_spans.owned_until

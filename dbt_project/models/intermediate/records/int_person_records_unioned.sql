{#-
    Values stay as the sources hold them: normalising is the work of identity, choosing between
    them the work of the survived models. Deleted records stay, because their ids were published.
-#}
with

hubspot_merges as (
    select
        contact_id_hubspot as winner_id,
        {{ kk_split_to_rows('merged_contact_ids_hubspot', ';') }} as loser_id
    from {{ ref('stg_hubspot__contacts') }}
    where merged_contact_ids_hubspot is not null
),

hubspot_winners as (
    select
        trim(loser_id) as contact_id_hubspot,
        min(winner_id) as winner_id
    from hubspot_merges
    group by trim(loser_id)
),

hubspot_contacts as (
    select
        contacts.*,
        hubspot_winners.winner_id,
        {# the property names only a primary company, a link may be all there is #}
        coalesce(
            contacts.company_id_hubspot, linked.company_id_hubspot
        ) as employer_id
    from {{ ref('stg_hubspot__contacts') }} as contacts
    left join hubspot_winners
        on contacts.contact_id_hubspot = hubspot_winners.contact_id_hubspot
    left join {{ ref('stg_hubspot__contact_companies') }} as linked
        on contacts.contact_id_hubspot = linked.contact_id_hubspot
),

{# HubSpot makes a contact of nearly every submission; only what it dropped is a record here. #}
orphan_submissions as (
    select submissions.*
    from {{ ref('stg_hubspot__form_submissions') }} as submissions
    left join hubspot_contacts
        on lower(submissions.email) = lower(hubspot_contacts.email)
    where hubspot_contacts.contact_id_hubspot is null
),

unioned as (
    select
        {{ person_record_columns(
            'salesforce', 'lead', 'lead_id_salesforce',
            owner_id_salesforce='owner_user_id_salesforce',
            is_deleted='is_deleted',
            merged_into_key="'salesforce:lead:' || merged_into_lead_id_salesforce",
            converted_to_key="'salesforce:contact:' || converted_contact_id_salesforce",
            converted_account_key="'salesforce:account:' || converted_account_id_salesforce",
            created_at='created_at', updated_at='updated_at'
        ) }}
    from {{ ref('stg_salesforce__leads') }}
    union all
    select
        {{ person_record_columns(
            'salesforce', 'contact', 'contact_id_salesforce',
            owner_id_salesforce='owner_user_id_salesforce',
            is_deleted='is_deleted',
            merged_into_key="'salesforce:contact:' || merged_into_contact_id_salesforce",
            company_key="'salesforce:account:' || account_id_salesforce",
            created_at='created_at', updated_at='updated_at'
        ) }}
    from {{ ref('stg_salesforce__contacts') }}
    union all
    select
        {{ person_record_columns(
            'hubspot', 'contact', 'contact_id_hubspot',
            is_deleted='is_deleted',
            merged_into_key="'hubspot:contact:' || winner_id",
            company_key="'hubspot:company:' || employer_id",
            created_at='created_at', updated_at='updated_at'
        ) }}
    from hubspot_contacts
    union all
    select
        {{ person_record_columns(
            'hubspot', 'form_submission', 'submission_id_hubspot',
            created_at='submitted_at', updated_at='submitted_at'
        ) }}
    from orphan_submissions
    union all
    select
        {{ person_record_columns(
            'marketo', 'lead', 'lead_id_marketo',
            is_deleted='is_deleted',
            merged_into_key="'marketo:lead:' || merged_into_lead_id_marketo",
            created_at='created_at', updated_at='updated_at'
        ) }}
    from {{ ref('stg_marketo__leads') }}
    union all
    select
        {{ person_record_columns(
            'typeform', 'response', 'response_id_typeform',
            is_deleted='is_deleted',
            created_at='coalesce(submitted_at, landed_at)',
            updated_at='coalesce(submitted_at, landed_at)'
        ) }}
    from {{ ref('stg_typeform__responses') }}
    union all
    select
        {{ person_record_columns(
            'sansan', 'biz_card', 'biz_card_id_sansan',
            is_deleted='is_deleted',
            created_at='created_at', updated_at='updated_at'
        ) }}
    from {{ ref('stg_sansan__biz_cards') }}
    union all
    select
        {{ person_record_columns(
            'card_files', 'row', 'row_id_card_files',
            created_at=kk_tokyo_midnight('exchanged_on'),
            updated_at=kk_tokyo_midnight('exchanged_on')
        ) }}
    from {{ ref('stg_card_files__rows') }}
    union all
    select
        {{ person_record_columns(
            'web_forms', 'submission', 'submission_id_web_forms',
            created_at='submitted_at', updated_at='submitted_at'
        ) }}
    from {{ ref('stg_web_forms__submissions') }}
)

{# A card without an exchange date has no instant of its own and counts from the start. #}
select *
from unioned
where created_at is null or created_at <= {{ as_of() }}

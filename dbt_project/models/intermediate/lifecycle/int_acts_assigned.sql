{#- Acts with the person who did them; what belongs to no living person's record stays out. -#}
with

acts as (
    select * from {{ ref('int_acts_classified') }}
),

person_sources as (
    select
        record_key,
        person_id
    from {{ ref('int_person_sources_assigned') }}
),

{# An act may still name the contact or lead that was since merged into another one. #}
merged_contacts as (
    select
        contact_id_hubspot as winner_id,
        {{ kk_split_to_rows('merged_contact_ids_hubspot', ';') }} as loser_id
    from {{ ref('stg_hubspot__contacts') }}
    where merged_contact_ids_hubspot is not null
),

winners as (
    select
        'hubspot:contact:' || trim(loser_id) as record_key,
        min('hubspot:contact:' || winner_id) as winner_key
    from merged_contacts
    group by 'hubspot:contact:' || trim(loser_id)
    union all
    select
        'marketo:lead:' || lead_id_marketo as record_key,
        'marketo:lead:' || merged_into_lead_id_marketo as winner_key
    from {{ ref('stg_marketo__lead_merges') }}
),

{# One list to look an act up in: the records there are, and those merged into one of them. #}
record_owners as (
    select
        record_key,
        person_id
    from person_sources
    union all
    select
        winners.record_key,
        by_winner.person_id
    from winners
    inner join person_sources as by_winner
        on winners.winner_key = by_winner.record_key
    left join person_sources as by_record
        on winners.record_key = by_record.record_key
    where by_record.record_key is null
),

mail_addresses as (
    select * from {{ ref('int_mail_addresses_owned') }}
),

persons as (
    select person_id from {{ ref('int_persons_survived') }}
),

resolved as (
    select
        acts.*,
        coalesce(record_owners.person_id, mail_addresses.person_id) as person_id
    from acts
    left join record_owners
        on acts.record_key = record_owners.record_key
    left join mail_addresses
        on lower(trim(acts.email)) = mail_addresses.email
)

select resolved.*
from resolved
inner join persons
    on resolved.person_id = persons.person_id

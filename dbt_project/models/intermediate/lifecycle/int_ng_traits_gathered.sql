{#- One row per person with everything that a row of ng_rules.csv may look at. -#}
with

persons as (
    select
        *,
        {{ mail_domain('email') }} as mail_domain
    from {{ ref('int_persons_survived') }}
),

first_seen as (
    select * from {{ ref('int_persons_first_seen') }}
),

domains as (
    select * from {{ ref('int_mail_domains_judged') }}
),

test_names as (
    select distinct {{ name_key('name') }} as name_key
    from {{ ref('test_names') }}
),

placeholders as (
    select distinct {{ name_key('value') }} as value_key
    from {{ ref('placeholder_values') }}
),

competitor_accounts as (
    select * from {{ ref('int_competitor_accounts_listed') }}
),

live_records as (
    select
        person_sources.person_id,
        {{ mail_domain('records.email') }} as mail_domain,
        records.company_key is not null
        or (
            {{ kk_blank_to_null('records.company_name') }} is not null
            and placeholders.value_key is null
        ) as has_company
    from {{ ref('int_person_records_unioned') }} as records
    inner join {{ ref('int_person_sources_assigned') }} as person_sources
        on records.record_key = person_sources.record_key
    left join placeholders
        on {{ name_key('records.company_name') }} = placeholders.value_key
    where not records.is_deleted
),

{# Free mail only, and no company on any record: a private person. #}
private_persons as (
    select live_records.person_id
    from live_records
    left join domains
        on live_records.mail_domain = domains.mail_domain
    group by live_records.person_id
    having
        not bool_or(live_records.has_company)
        and count(live_records.mail_domain) > 0
        and bool_and(
            live_records.mail_domain is null or coalesce(domains.is_free_mail, false)
        )
),

account_wins as (
    select
        account_sources.account_id,
        opportunities.closed_at as won_at,
        'salesforce:opportunity:' || opportunities.opportunity_id_salesforce as opportunity_key,
        row_number() over (
            partition by account_sources.account_id
            order by opportunities.closed_at, opportunities.opportunity_id_salesforce
        ) as win_rank
    from {{ ref('int_opportunities_dated') }} as opportunities
    inner join {{ ref('int_account_sources_assigned') }} as account_sources
        on
            opportunities.account_id_salesforce = account_sources.source_id
            and account_sources.source_system = 'salesforce'
            and account_sources.source_object = 'account'
    where opportunities.is_won
),

feedbacks as (
    select
        person_sources.person_id,
        feedbacks.record_key,
        feedbacks.feedback,
        feedbacks.said_at,
        row_number() over (
            partition by person_sources.person_id
            order by feedbacks.said_at desc, feedbacks.record_key asc
        ) as feedback_rank
    from {{ ref('int_sales_feedbacks_dated') }} as feedbacks
    inner join {{ ref('int_person_sources_assigned') }} as person_sources
        on feedbacks.record_key = person_sources.record_key
)

select
    persons.person_id,
    first_seen.first_seen_at,
    first_seen.first_seen_evidence,
    {{ kk_blank_to_null('persons.title') }} as title,
    coalesce(
        {{ name_key('persons.family_name') }} in (select test_names.name_key from test_names)
        or {{ name_key('persons.full_name') }} in (select test_names.name_key from test_names),
        false
    ) as has_test_name,
    coalesce(domains.is_test, false) as has_test_domain,
    coalesce(domains.is_school, false) as has_school_mail,
    coalesce(domains.is_competitor, false)
    or competitor_accounts.account_id is not null as is_competitor,
    private_persons.person_id is not null as is_private_person,
    case
        when account_wins.won_at < first_seen.first_seen_at
            then account_wins.opportunity_key
    end as won_opportunity_key,
    feedbacks.feedback as latest_feedback,
    feedbacks.said_at as latest_feedback_at,
    feedbacks.record_key as latest_feedback_record
from persons
left join first_seen
    on persons.person_id = first_seen.person_id
left join domains
    on persons.mail_domain = domains.mail_domain
left join competitor_accounts
    on persons.account_id = competitor_accounts.account_id
left join private_persons
    on persons.person_id = private_persons.person_id
left join account_wins
    on persons.account_id = account_wins.account_id and account_wins.win_rank = 1
left join feedbacks
    on persons.person_id = feedbacks.person_id and feedbacks.feedback_rank = 1

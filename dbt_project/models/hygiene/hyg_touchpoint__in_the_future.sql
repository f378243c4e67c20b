{#-
    One finding per act dated later than it can have been when it was loaded. It is not counted
    before its day comes, nor is a card or an answer that holds such a date taken for a person. An
    appointment of sales lies ahead by its nature.
-#}
with

acts as (
    select * from {{ ref('int_acts_unioned') }}
    where not (source_system = 'salesforce' and source_object = 'event')
),

{# A run of today over an earlier as_of sees later acts that are no mistake. #}
loads as (
    select
        source_system,
        max(last_loaded_at) as last_loaded_at
    from {{ ref('stg_landing__resource_loads') }}
    group by source_system
),

person_sources as (
    select * from {{ ref('int_person_sources_assigned') }}
),

mail_addresses as (
    select * from {{ ref('int_mail_addresses_owned') }}
),

persons as (
    select
        person_id,
        account_id
    from {{ ref('persons') }}
),

future_acts as (
    select
        acts.*,
        {{ kk_tokyo_date('acts.occurred_at') }} as occurred_on
    from acts
    left join loads
        on acts.source_system = loads.source_system
    where
        acts.occurred_at > {{ kk_plus_seconds(
            'greatest(coalesce(loads.last_loaded_at, ' ~ as_of() ~ '), ' ~ as_of() ~ ')',
            plausible_limit('touchpoint__in_the_future') ~ ' * 86400'
        ) }}
),

found as (
    select
        future_acts.*,
        persons.person_id,
        persons.account_id
    from future_acts
    left join person_sources
        on future_acts.record_key = person_sources.record_key
    left join mail_addresses
        on lower(trim(future_acts.email)) = mail_addresses.email
    left join persons
        on coalesce(person_sources.person_id, mail_addresses.person_id) = persons.person_id
)

select
    {{ finding_columns(
        'touchpoint__in_the_future',
        ['act_id'],
        severity="'medium'",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'occurred_at'",
        what_ja="'接点の日付が、まだ来ていない' || " ~ full_day_ja('occurred_on')
            ~ " || 'です。その日が来るまで、接点にもスコアにも数えません。'",
        current_value='cast(occurred_on as ' ~ kk_text_type() ~ ')',
        evidence=evidence_lines(['act_id'])
    ) }}
from found

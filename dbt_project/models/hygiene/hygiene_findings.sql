{#-
    Open findings of today and, from the memory of earlier Fridays, those that are gone since.
    A finding that no Friday has seen yet was first seen today.
-#}
with

current_findings as (
    select * from {{ ref('hygiene_findings_unioned') }}
),

sightings as (
    {% if is_remembered('remembered_sightings') -%}
        select
            finding_id,
            min(seen_on) as first_seen_on,
            max(seen_on) as last_seen_on
        from {{ source('last_friday', 'remembered_sightings') }}
        where seen_on <= {{ kk_tokyo_date(as_of()) }}
        group by finding_id
    {%- else -%}
        select
            finding_id,
            cast(null as date) as first_seen_on,
            cast(null as date) as last_seen_on
        from current_findings
        where false
    {%- endif %}
),

remembered as (
    {% if is_remembered('remembered_findings') -%}
        select * from {{ source('last_friday', 'remembered_findings') }}
    {%- else -%}
        select * from current_findings
        where false
    {%- endif %}
),

open_findings as (
    select
        current_findings.*,
        coalesce(sightings.first_seen_on, {{ kk_tokyo_date(as_of()) }}) as first_seen_on,
        {{ kk_tokyo_date(as_of()) }} as last_seen_on,
        'open' as status
    from current_findings
    left join sightings
        on current_findings.finding_id = sightings.finding_id
),

fixed_findings as (
    select
        remembered.*,
        sightings.first_seen_on,
        sightings.last_seen_on,
        'fixed' as status
    from remembered
    inner join sightings
        on remembered.finding_id = sightings.finding_id
    left join current_findings
        on remembered.finding_id = current_findings.finding_id
    where current_findings.finding_id is null
)

select
    finding_id,
    rule_id,
    severity,
    person_id,
    account_id,
    opportunity_id,
    source_system,
    source_object,
    source_id,
    attribute,
    owner,
    what_ja,
    current_value,
    proposed_value,
    proposed_from,
    evidence,
    first_seen_on,
    last_seen_on,
    status
from open_findings
union all
select
    finding_id,
    rule_id,
    severity,
    person_id,
    account_id,
    opportunity_id,
    source_system,
    source_object,
    source_id,
    attribute,
    owner,
    what_ja,
    current_value,
    proposed_value,
    proposed_from,
    evidence,
    first_seen_on,
    last_seen_on,
    status
from fixed_findings

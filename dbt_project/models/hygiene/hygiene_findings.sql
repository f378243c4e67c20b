{#-
    Open findings of today and, from the memory of earlier Fridays, those that are gone since.
    A finding that no Friday has seen yet was first seen today.
-#}
{%- set finding_columns = [
    'finding_id', 'rule_id', 'severity', 'person_id', 'account_id', 'opportunity_id',
    'source_system', 'source_object', 'source_id', 'attribute', 'owner', 'what_ja',
    'current_value', 'proposed_value', 'proposed_from', 'evidence',
] -%}
with

current_findings as (
    select * from {{ ref('hygiene_findings_unioned') }}
),

sighted as (
    {{ remembered(
        source('last_friday', 'remembered_sightings'), ['finding_id', 'seen_on']
    ) }}
),

sightings as (
    select
        finding_id,
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on
    from sighted
    where seen_on <= {{ kk_tokyo_date(as_of()) }}
    group by finding_id
),

remembered_findings as (
    {{ remembered(source('last_friday', 'remembered_findings'), finding_columns) }}
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
        remembered_findings.*,
        sightings.first_seen_on,
        sightings.last_seen_on,
        'fixed' as status
    from remembered_findings
    inner join sightings
        on remembered_findings.finding_id = sightings.finding_id
    left join current_findings
        on remembered_findings.finding_id = current_findings.finding_id
    where current_findings.finding_id is null
)

select
    {{ finding_columns | join(',\n    ') }},
    priority,
    first_seen_on,
    last_seen_on,
    status
from open_findings
union all
select
    {{ finding_columns | join(',\n    ') }},
    cast(null as integer) as priority,
    first_seen_on,
    last_seen_on,
    status
from fixed_findings

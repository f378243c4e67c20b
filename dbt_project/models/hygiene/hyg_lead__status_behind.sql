{#-
    One finding per live Lead whose status says less than the events: its stage maps to a later
    status, or sales talked to the person and the Lead still counts as not contacted. A status
    that the agreement does not map was set by people and is left alone.
-#}
with

leads as (
    select * from {{ ref('hygiene_sfa_records') }}
    where source_object = 'lead' and lead_status is not null
),

persons as (
    select * from {{ ref('persons') }}
    where not is_ng
),

lifecycles as (
    select * from {{ ref('int_person_lifecycle') }}
),

statuses as (
    select * from {{ ref('stage_status_map') }}
),

status_ranks as (
    select
        lead_status,
        max(cast(status_rank as integer)) as status_rank
    from statuses
    group by lead_status
),

contacted_status as (
    select
        max(lead_status) as lead_status,
        max(cast(status_rank as integer)) as status_rank
    from statuses
    where stage = 'SQL'
),

compared as (
    select
        leads.*,
        persons.stage,
        {{ kk_tokyo_date('lifecycles.first_contact_at') }} as contacted_on,
        own_ranks.status_rank as own_rank,
        statuses.lead_status as stage_lead_status,
        cast(statuses.status_rank as integer) as stage_rank,
        contacted_status.lead_status as contacted_lead_status,
        contacted_status.status_rank as contacted_rank
    from leads
    inner join persons
        on leads.person_id = persons.person_id
    inner join lifecycles
        on leads.person_id = lifecycles.person_id
    inner join status_ranks as own_ranks
        on leads.lead_status = own_ranks.lead_status
    left join statuses
        on persons.stage = statuses.stage
    cross join contacted_status
),

judged as (
    select
        *,
        case
            when stage_rank > own_rank then stage_lead_status
            when contacted_on is not null and contacted_rank > own_rank
                then contacted_lead_status
        end as proposed_value,
        stage_rank > own_rank as is_behind_stage
    from compared
)

select
    {{ finding_columns(
        'lead__status_behind',
        ['record_key'],
        severity="case when stage in ('SQL', 'Opportunity') then 'high' else 'medium' end",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'status'",
        owner='owner',
        what_ja="case
            when is_behind_stage
                then '出来事から計算した段階は「' || stage || '」ですが、対応状況は「' || lead_status || '」のままです。'
            else " ~ day_ja('contacted_on') ~ " || 'に営業の接触がありますが、対応状況は「' || lead_status || '」のままです。'
        end",
        current_value='lead_status',
        proposed_value='proposed_value',
        evidence=evidence_lines(['record_key'])
    ) }}
from judged
where proposed_value is not null

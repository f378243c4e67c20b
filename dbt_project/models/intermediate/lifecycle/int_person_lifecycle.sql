{#- Where each person stands at as_of: stage, score, clocks of the current cycle, owner. -#}
with

persons as (
    select
        person_id,
        owner_user_id_salesforce
    from {{ ref('int_persons_survived') }}
),

first_seen as (
    select * from {{ ref('int_persons_first_seen') }}
),

last_transitions as (
    select
        *,
        row_number() over (
            partition by person_id
            order by transition_number desc
        ) as recency
    from {{ ref('int_stage_transitions_folded') }}
),

scores as (
    select
        person_id,
        score
    from {{ ref('int_person_scores_dated') }}
    where held_from <= {{ as_of() }} and {{ as_of() }} < held_until
),

labels as (
    select
        label,
        coalesce(minimum_score, -1000000) as minimum_score
    from {{ ref('score_labels') }}
),

ng_persons as (
    select * from {{ ref('int_persons_ng_judged') }}
    where ng_at <= {{ as_of() }}
),

cycles as (
    select * from {{ ref('int_person_cycles_measured') }}
    where is_current
),

sql_transitions as (
    select
        person_id,
        max(happened_at) as sql_at
    from {{ ref('int_stage_transitions_folded') }}
    where to_stage = 'SQL'
    group by person_id
),

clocks as (
    select
        clocks.*,
        policies.untouched_after_hours
    from {{ ref('int_sla_clocks_measured') }} as clocks
    inner join {{ ref('sla_policies') }} as policies
        on clocks.policy = policies.policy
    where clocks.is_current and clocks.policy = 'first_contact'
),

gathered as (
    select
        persons.person_id,
        coalesce(last_transitions.to_stage, 'Suspect') as stage,
        last_transitions.rule_id,
        last_transitions.evidence,
        coalesce(scores.score, 0) as score,
        ng_persons.person_id is not null as is_ng,
        ng_persons.ng_reason,
        ng_persons.ng_at,
        first_seen.first_seen_at,
        first_seen.last_touch_at,
        cycles.mql_at,
        sql_transitions.sql_at,
        cycles.handed_at,
        cycles.first_contact_at,
        cycles.feedback_at,
        clocks.due_at as first_contact_due_at,
        clocks.status as first_contact_status,
        {{ kk_plus_seconds('cycles.mql_at', 'clocks.untouched_after_hours * 3600') }}
            as untouched_from,
        cycles.handed_to_user_id_salesforce,
        persons.owner_user_id_salesforce
    from persons
    left join first_seen on persons.person_id = first_seen.person_id
    left join last_transitions
        on persons.person_id = last_transitions.person_id and last_transitions.recency = 1
    left join scores on persons.person_id = scores.person_id
    left join ng_persons on persons.person_id = ng_persons.person_id
    left join cycles on persons.person_id = cycles.person_id
    left join sql_transitions on persons.person_id = sql_transitions.person_id
    left join clocks on persons.person_id = clocks.person_id
),

reached_labels as (
    select
        gathered.person_id,
        max(labels.minimum_score) as minimum_score
    from gathered
    inner join labels
        on gathered.score >= labels.minimum_score
    group by gathered.person_id
)

select
    gathered.person_id,
    gathered.stage,
    {{ stage_reason('gathered.rule_id', 'gathered.evidence') }} as stage_reason,
    gathered.score,
    labels.label as score_label,
    gathered.is_ng,
    gathered.ng_reason,
    gathered.ng_at,
    gathered.stage in ('MQL', 'SQL')
    and not gathered.is_ng
    and gathered.first_contact_at is null
    and coalesce(gathered.untouched_from < {{ as_of() }}, false)
    and coalesce(gathered.first_contact_status <> 'excused', true) as is_untouched,
    gathered.stage in ('MQL', 'SQL')
    and gathered.handed_at is not null
    and gathered.first_contact_at is null
    and coalesce(gathered.first_contact_status = 'breached', false) as is_dormant,
    gathered.first_seen_at,
    gathered.last_touch_at,
    gathered.mql_at,
    gathered.sql_at,
    gathered.handed_at,
    gathered.first_contact_due_at,
    gathered.first_contact_at,
    gathered.feedback_at,
    gathered.handed_to_user_id_salesforce,
    gathered.owner_user_id_salesforce
from gathered
left join reached_labels
    on gathered.person_id = reached_labels.person_id
left join labels
    on reached_labels.minimum_score = labels.minimum_score

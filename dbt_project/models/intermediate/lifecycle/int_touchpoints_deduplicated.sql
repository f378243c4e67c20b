{#-
    One act once: of records with the same person, kind and content, one that follows a kept
    record by at most same_act_minutes is the same act told again.

    A record that follows its predecessor by more than that is always kept, so only runs of
    close records need a look, and only runs longer than the limit need to be walked.
-#}
with recursive

acts as (
    select
        *,
        same_act_minutes * 60 as same_act_seconds,
        row_number() over (
            partition by person_id, kind, coalesce(content, '')
            order by occurred_at, source_system, source_id, source_object
        ) as act_number,
        lag(occurred_at) over (
            partition by person_id, kind, coalesce(content, '')
            order by occurred_at, source_system, source_id, source_object
        ) as previous_at
    from {{ ref('int_acts_assigned') }}
),

run_numbers as (
    select
        *,
        sum(
            case
                when
                    previous_at is null
                    or {{ kk_plus_seconds('previous_at', 'same_act_seconds') }} < occurred_at
                    then 1
                else 0
            end
        ) over (
            partition by person_id, kind, coalesce(content, '')
            order by act_number
            rows between unbounded preceding and current row
        ) as run_number
    from acts
),

runs as (
    select
        *,
        min(act_number) over (
            partition by person_id, kind, coalesce(content, ''), run_number
        ) as first_act_number,
        min(occurred_at) over (
            partition by person_id, kind, coalesce(content, ''), run_number
        ) as run_started_at,
        max(occurred_at) over (
            partition by person_id, kind, coalesce(content, ''), run_number
        ) as run_ended_at
    from run_numbers
),

long_runs as (
    select
        person_id,
        kind,
        coalesce(content, '') as content_key,
        run_number,
        act_number,
        act_id,
        act_number = first_act_number as is_first,
        occurred_at,
        {{ kk_plus_seconds('occurred_at', 'same_act_seconds') }} as same_act_until
    from runs
    where {{ kk_plus_seconds('run_started_at', 'same_act_seconds') }} < run_ended_at
),

next_acts as (
    select
        earlier.person_id,
        earlier.kind,
        earlier.content_key,
        earlier.act_number,
        min(later.act_number) as next_act_number
    from long_runs as earlier
    inner join long_runs as later
        on
            earlier.person_id = later.person_id
            and earlier.kind = later.kind
            and earlier.content_key = later.content_key
            and earlier.run_number = later.run_number
            and earlier.same_act_until < later.occurred_at
    group by
        earlier.person_id, earlier.kind, earlier.content_key, earlier.act_number
),

kept_in_runs (person_id, kind, content_key, act_number) as (
    select
        person_id,
        kind,
        content_key,
        act_number
    from long_runs
    where is_first
    union all
    select
        next_acts.person_id,
        next_acts.kind,
        next_acts.content_key,
        next_acts.next_act_number as act_number
    from kept_in_runs
    inner join next_acts
        on
            kept_in_runs.person_id = next_acts.person_id
            and kept_in_runs.kind = next_acts.kind
            and kept_in_runs.content_key = next_acts.content_key
            and kept_in_runs.act_number = next_acts.act_number
)

select
    runs.act_id as touchpoint_id,
    runs.person_id,
    runs.occurred_at,
    runs.kind,
    runs.channel,
    runs.channel <> 'sales' as is_marketing,
    runs.restarts_recycled,
    runs.content,
    runs.page_url,
    runs.utm_source,
    runs.utm_medium,
    runs.utm_campaign,
    runs.campaign_object,
    runs.campaign_source_id,
    runs.actor_user_id_salesforce,
    runs.source_system,
    runs.source_object,
    runs.source_id
from runs
left join kept_in_runs
    on
        runs.person_id = kept_in_runs.person_id
        and runs.kind = kept_in_runs.kind
        and coalesce(runs.content, '') = kept_in_runs.content_key
        and runs.act_number = kept_in_runs.act_number
where
    runs.act_number = runs.first_act_number
    or kept_in_runs.act_number is not null

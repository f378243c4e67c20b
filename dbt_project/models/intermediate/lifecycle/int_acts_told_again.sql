{#-
    Which acts are another one told again: of records with the same person, kind and content, one
    that follows a kept record by at most same_act_minutes is the same act.

    A record that follows its predecessor by more than that is always kept, so only runs of
    close records need a look, and only runs longer than the limit need to be walked. Few records
    are close to another one: the rest of each record is fetched when it is known which are told
    again.
-#}
with recursive

acts as (
    select
        act_id,
        person_id,
        kind,
        coalesce(content, '') as content_key,
        occurred_at,
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

followed as (
    select
        *,
        case
            when
                previous_at is null
                or {{ kk_plus_seconds('previous_at', 'same_act_seconds') }} < occurred_at
                then 1
            else 0
        end as starts_run
    from acts
),

with_close_acts as (
    select distinct
        person_id,
        kind,
        content_key
    from followed
    where starts_run = 0
),

close_acts as (
    select
        followed.*,
        row_number() over (
            order by followed.person_id, followed.kind, followed.content_key, followed.act_number
        ) as place
    from followed
    inner join with_close_acts
        on
            followed.person_id = with_close_acts.person_id
            and followed.kind = with_close_acts.kind
            and followed.content_key = with_close_acts.content_key
),

{# A run goes by the place of its first act. #}
in_runs as (
    select
        *,
        max(case when starts_run = 1 then place end) over (
            partition by person_id, kind, content_key
            order by act_number
            rows between unbounded preceding and current row
        ) as run_place
    from close_acts
),

runs as (
    select
        *,
        min(occurred_at) over (partition by run_place) as run_started_at,
        max(occurred_at) over (partition by run_place) as run_ended_at
    from in_runs
),

long_runs as (
    select
        *,
        {{ kk_plus_seconds('occurred_at', 'same_act_seconds') }} as same_act_until
    from runs
    where {{ kk_plus_seconds('run_started_at', 'same_act_seconds') }} < run_ended_at
),

next_acts as (
    select
        earlier.place,
        min(later.place) as next_place
    from long_runs as earlier
    inner join long_runs as later
        on
            earlier.run_place = later.run_place
            and earlier.same_act_until < later.occurred_at
    group by earlier.place
),

kept_in_runs (place) as (
    select place
    from long_runs
    where place = run_place
    union all
    select next_acts.next_place as place
    from kept_in_runs
    inner join next_acts
        on kept_in_runs.place = next_acts.place
)

select runs.act_id
from runs
left join kept_in_runs
    on runs.place = kept_in_runs.place
where runs.place <> runs.run_place and kept_in_runs.place is null

{#-
    Persons without an owner, given to the reps of their rule's team in turn: oldest MQL first, and
    the turn goes on where the last run left it. With nobody available the team's queue has them.
-#}
with

waiting as (
    select
        matched.*,
        persons.mql_at,
        row_number() over (
            partition by matched.team
            order by persons.mql_at, persons.person_id
        ) as place
    from {{ ref('int_routing_rules_matched') }} as matched
    inner join {{ ref('int_routable_persons_listed') }} as persons
        on matched.person_id = persons.person_id
    left join {{ ref('int_routes_kept') }} as kept
        on matched.person_id = kept.person_id
    where kept.person_id is null
),

past_turns as (
    select
        team,
        turn_number,
        owner_user_id_salesforce,
        row_number() over (
            partition by team
            order by turn_number desc, owner_user_id_salesforce asc
        ) as recency
    from {{ ref('int_routes_remembered') }}
    where turn_number is not null
),

last_turns as (
    select * from past_turns
    where recency = 1
),

reps as (
    select * from {{ ref('int_reps_available') }}
),

available as (
    select
        reps.team,
        reps.user_id_salesforce,
        count(*) over (partition by reps.team) as rep_count,
        row_number() over (
            partition by reps.team
            order by
                coalesce(
                    reps.user_id_salesforce <= last_turns.owner_user_id_salesforce, false
                ),
                reps.user_id_salesforce
        ) as position_in_turn
    from reps
    left join last_turns
        on reps.team = last_turns.team
    where reps.unavailable_because is null
),

absentees as (
    select
        team,
        sum(case when unavailable_because = 'absent' then 1 else 0 end) as absent_count,
        sum(case when unavailable_because = 'stopped' then 1 else 0 end) as stopped_count,
        sum(case when unavailable_because = 'inactive' then 1 else 0 end) as inactive_count
    from reps
    group by team
),

sizes as (
    select distinct
        team,
        rep_count
    from available
)

select
    waiting.person_id,
    available.user_id_salesforce as owner_user_id_salesforce,
    waiting.rule_id,
    waiting.team,
    case when available.user_id_salesforce is null then waiting.queue end as queue,
    case
        when available.user_id_salesforce is not null
            then '「' || waiting.rule_name_ja || '」: ' || waiting.team || 'の順番で割り当て'
        else
            waiting.team || 'に受け取れる人がいないため「' || waiting.queue || '」で預かり中('
            || '不在 ' || cast(coalesce(absentees.absent_count, 0) as {{ kk_text_type() }})
            || '、配分停止 ' || cast(coalesce(absentees.stopped_count, 0) as {{ kk_text_type() }})
            || '、無効 ' || cast(coalesce(absentees.inactive_count, 0) as {{ kk_text_type() }})
            || ')'
    end as reason,
    case
        when available.user_id_salesforce is not null
            then coalesce(last_turns.turn_number, 0) + waiting.place
    end as turn_number
from waiting
left join sizes
    on waiting.team = sizes.team
left join available
    on
        waiting.team = available.team
        and (waiting.place - 1) % sizes.rep_count + 1 = available.position_in_turn
left join last_turns
    on waiting.team = last_turns.team
left join absentees
    on waiting.team = absentees.team

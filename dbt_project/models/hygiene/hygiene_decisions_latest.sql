{#- What was last decided about each finding; a comment alone decides nothing. -#}
with

decisions as (
    select * from {{ ref('int_decisions_gathered') }}
    where kind <> 'note'
),

ranked as (
    select
        *,
        row_number() over (
            partition by finding_id
            order by decided_at desc, coalesce(edited_at, decided_at) desc, decision_id desc
        ) as newness
    from decisions
)

select * from ranked
where newness = 1

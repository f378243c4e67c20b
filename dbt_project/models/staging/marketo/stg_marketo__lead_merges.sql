{#- Marketo tells a merge by an activity of the winner that lists the leads it took in. -#}
with

listed as (
    select
        lead_id_marketo as winner_id,
        occurred_at,
        translate(merged_lead_ids, '[] ', '') as loser_ids
    from {{ ref('stg_marketo__activities') }}
    where merged_lead_ids is not null
),

taken_in as (
    select
        winner_id,
        occurred_at,
        {{ kk_split_to_rows('loser_ids', ',') }} as loser_id
    from listed
),

last_merges as (
    select
        loser_id,
        winner_id,
        row_number() over (
            partition by loser_id
            order by occurred_at desc, winner_id asc
        ) as merge_rank
    from taken_in
    where loser_id <> '' and loser_id <> winner_id
)

select
    loser_id as lead_id_marketo,
    winner_id as merged_into_lead_id_marketo
from last_merges
where merge_rank = 1

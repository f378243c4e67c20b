{#- The channel of each person's first marketing touch, as a lead source reads in Japanese. -#}
with

ranked as (
    select
        person_id,
        channel,
        source_system || ':' || source_object || ':' || source_id as touch_key,
        row_number() over (
            partition by person_id
            order by occurred_at, source_system, source_id
        ) as touch_rank
    from {{ ref('touchpoints') }}
    where is_marketing
)

select
    person_id,
    case channel
        when 'web' then 'Web'
        when 'webinar' then 'ウェビナー'
        when 'event' then '展示会・セミナー'
        when 'card' then '名刺交換'
        when 'email' then 'メール'
        else channel
    end as channel_ja,
    touch_key
from ranked
where touch_rank = 1

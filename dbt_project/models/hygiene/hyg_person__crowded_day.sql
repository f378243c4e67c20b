{#-
    One finding per person and Tokyo day with responses to more campaigns than people answer in a
    day: mostly a list registered in one go. Every response counts, by the rules of the score once.
-#}
with

responses as (
    select
        person_id,
        touchpoint_id,
        campaign_id,
        {{ kk_tokyo_date('occurred_at') }} as occurred_on
    from {{ ref('touchpoints') }}
    where is_marketing and campaign_id is not null
),

leading_records as (
    select * from {{ ref('hygiene_leading_records') }}
),

days as (
    select
        person_id,
        occurred_on,
        count(distinct campaign_id) as campaign_count,
        {{ kk_lines_of('touchpoint_id') }} as touchpoint_ids
    from responses
    group by person_id, occurred_on
    having count(distinct campaign_id) > {{ plausible_limit('person__crowded_day') }}
),

crowded as (
    select
        days.*,
        leading_records.account_id,
        leading_records.source_system,
        leading_records.source_object,
        leading_records.source_id,
        leading_records.owner,
        cast(days.occurred_on as {{ kk_text_type() }}) as day_key
    from days
    inner join leading_records
        on days.person_id = leading_records.person_id
)

select
    {{ finding_columns(
        'person__crowded_day',
        ['person_id', 'day_key'],
        severity="'medium'",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'campaigns'",
        owner='owner',
        what_ja=full_day_ja('occurred_on') ~ " || 'の1日だけで、'"
            ~ " || cast(campaign_count as " ~ kk_text_type() ~ ")"
            ~ " || '件のキャンペーンに反応したことになっています。すべて接点として数えています。'",
        current_value='campaign_count',
        evidence='touchpoint_ids'
    ) }}
from crowded

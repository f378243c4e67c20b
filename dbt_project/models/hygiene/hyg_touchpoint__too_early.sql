{#-
    One finding per touchpoint dated before anybody could have recorded it. It counts at its date,
    so its person is known since then; windows of the score and clocks start from there too.
-#}
with

touchpoints as (
    select
        *,
        source_system || ':' || source_object || ':' || source_id as act_key,
        {{ kk_tokyo_date('occurred_at') }} as occurred_on
    from {{ ref('int_touchpoints_deduplicated') }}
),

persons as (
    select
        person_id,
        account_id
    from {{ ref('persons') }}
),

early as (
    select
        touchpoints.*,
        persons.account_id,
        {{ plausible_limit('touchpoint__too_early') }} as first_year
    from touchpoints
    inner join persons
        on touchpoints.person_id = persons.person_id
    where
        extract(year from touchpoints.occurred_on)
        < {{ plausible_limit('touchpoint__too_early') }}
)

select
    {{ finding_columns(
        'touchpoint__too_early',
        ['act_key'],
        severity="'medium'",
        person_id='person_id',
        account_id='account_id',
        source_system='source_system',
        source_object='source_object',
        source_id='source_id',
        attribute="'occurred_at'",
        what_ja="'接点の日付が' || " ~ full_day_ja('occurred_on')
            ~ " || 'です(' || cast(first_year as " ~ kk_text_type()
            ~ ") || '年より前)。この日付のまま、最初の記録として数えています。'",
        current_value='cast(occurred_on as ' ~ kk_text_type() ~ ')',
        evidence=evidence_lines(['act_key'])
    ) }}
from early

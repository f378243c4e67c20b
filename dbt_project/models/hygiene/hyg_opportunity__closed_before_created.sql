{#-
    One finding per closed deal whose close date lies before the day on which it was entered. Its
    close then counts at its creation, so it was never open and has no length.
-#}
with

deals as (
    {{ deals_with_owner() }}
),

dated as (
    select
        *,
        {{ kk_tokyo_date('created_at') }} as created_on
    from deals
    where is_closed
),

reversed as (
    select * from dated
    where closed_on < created_on
)

select
    {{ finding_columns(
        'opportunity__closed_before_created',
        ['record_key'],
        severity="'medium'",
        person_id='primary_person_id',
        account_id='account_id',
        opportunity_id='opportunity_id',
        source_system="'salesforce'",
        source_object="'opportunity'",
        source_id='opportunity_id_salesforce',
        attribute="'close_date'",
        owner='owner',
        what_ja="'完了日(' || " ~ full_day_ja('closed_on') ~ " || ')が、登録した日('"
            ~ " || " ~ full_day_ja('created_on')
            ~ " || ')より前です。完了は登録した時刻として数えています。'",
        current_value='cast(closed_on as ' ~ kk_text_type() ~ ')',
        evidence=evidence_lines(['record_key'])
    ) }}
from reversed

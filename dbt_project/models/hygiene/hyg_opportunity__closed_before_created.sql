{#-
    One finding per closed deal whose close date lies before the day on which it was entered. Its
    close then counts at its creation, so it was never open and has no length.
-#}
with

opportunities as (
    select
        *,
        'salesforce:opportunity:' || opportunity_id_salesforce as record_key,
        {{ kk_tokyo_date('created_at') }} as created_on
    from {{ ref('opportunities') }}
    where is_closed
),

sfa_opportunities as (
    select * from {{ ref('stg_salesforce__opportunities') }}
),

users as (
    select * from {{ ref('stg_salesforce__users') }}
),

reversed as (
    select
        opportunities.*,
        coalesce(users.user_name, sfa_opportunities.owner_user_id_salesforce) as owner
    from opportunities
    inner join sfa_opportunities
        on
            opportunities.opportunity_id_salesforce
            = sfa_opportunities.opportunity_id_salesforce
    left join users
        on
            left(sfa_opportunities.owner_user_id_salesforce, 15)
            = left(users.user_id_salesforce, 15)
    where opportunities.closed_on < opportunities.created_on
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

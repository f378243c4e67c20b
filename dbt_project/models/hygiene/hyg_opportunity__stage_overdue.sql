{#-
    One finding per open deal whose close date is over. The last activity is one of the deal
    itself or, as many orgs link calls to people only, a sales touch of its persons since then.
-#}
with

deals as (
    {{ deals_with_owner() }}
),

open_deals as (
    select * from deals
    where not is_closed
),

sales_touches as (
    select * from {{ ref('touchpoints') }}
    where not is_marketing
),

deal_persons as (
    select * from {{ ref('int_opportunity_persons_listed') }}
),

activities as (
    select
        what_id_salesforce as opportunity_id_salesforce,
        completed_at as done_at
    from {{ ref('stg_salesforce__tasks') }}
    where is_closed and not is_deleted
    union all
    select
        what_id_salesforce as opportunity_id_salesforce,
        ended_at as done_at
    from {{ ref('stg_salesforce__events') }}
    where not is_deleted
    union all
    select
        open_deals.opportunity_id_salesforce,
        sales_touches.occurred_at as done_at
    from open_deals
    inner join deal_persons
        on open_deals.opportunity_id = deal_persons.opportunity_id
    inner join sales_touches
        on
            deal_persons.person_id = sales_touches.person_id
            and open_deals.created_at <= sales_touches.occurred_at
),

last_activities as (
    select
        opportunity_id_salesforce,
        {{ kk_tokyo_date('max(done_at)') }} as done_on
    from activities
    where done_at <= {{ as_of() }}
    group by opportunity_id_salesforce
),

overdue as (
    select
        open_deals.*,
        last_activities.done_on,
        cast(floor(
            {{ kk_seconds_between(kk_tokyo_midnight('open_deals.closed_on'), as_of()) }} / 86400
        ) as integer) as days_over
    from open_deals
    left join last_activities
        on
            open_deals.opportunity_id_salesforce
            = last_activities.opportunity_id_salesforce
    where open_deals.closed_on < {{ kk_tokyo_date(as_of()) }}
)

select
    {{ finding_columns(
        'opportunity__stage_overdue',
        ['record_key'],
        severity="case when days_over > 30 then 'high' when days_over > 7 then 'medium' else 'low' end",
        person_id='primary_person_id',
        account_id='account_id',
        opportunity_id='opportunity_id',
        source_system="'salesforce'",
        source_object="'opportunity'",
        source_id='opportunity_id_salesforce',
        attribute="'close_date'",
        owner='owner',
        what_ja="'完了予定日(' || " ~ day_ja('closed_on') ~ " || ')を'
            || cast(days_over as " ~ kk_text_type() ~ ") || '日過ぎています。' || coalesce(
                '最後の活動は' || " ~ day_ja('done_on') ~ " || 'です。', '商談が始まってからの活動の記録がありません。'
            )",
        current_value='cast(closed_on as ' ~ kk_text_type() ~ ')',
        evidence=evidence_lines(['record_key'])
    ) }}
from overdue

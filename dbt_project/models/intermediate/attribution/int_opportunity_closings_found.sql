{#-
    When a deal was closed: the last change of StageName into a closed stage by the field history,
    else by the stage history, else when our own history first saw the deal closed. Of a deal
    that was opened again and stands open, nobody asks.
-#}
with

stages as (
    select * from {{ ref('int_opportunity_stages_listed') }}
    where is_closed
),

field_closings as (
    select
        changes.opportunity_id_salesforce,
        max(changes.changed_at) as closed_at
    from {{ ref('stg_salesforce__opportunity_field_histories') }} as changes
    inner join stages
        on changes.new_value = stages.stage
    where changes.field_name = 'StageName' and changes.changed_at <= {{ as_of() }}
    group by changes.opportunity_id_salesforce
),

stage_rows as (
    select
        opportunity_id_salesforce,
        stage,
        changed_at,
        lag(stage) over (
            partition by opportunity_id_salesforce
            order by changed_at, opportunity_history_id_salesforce
        ) as previous_stage
    from {{ ref('stg_salesforce__opportunity_histories') }}
),

stage_closings as (
    select
        stage_rows.opportunity_id_salesforce,
        max(stage_rows.changed_at) as closed_at
    from stage_rows
    inner join stages
        on stage_rows.stage = stages.stage
    where
        stage_rows.changed_at <= {{ as_of() }}
        and coalesce(stage_rows.previous_stage, '') <> stage_rows.stage
    group by stage_rows.opportunity_id_salesforce
),

seen_versions as (
    select
        opportunity_id_salesforce,
        is_closed,
        updated_at,
        max(case when not is_closed then updated_at end) over (
            partition by opportunity_id_salesforce
        ) as last_seen_open_at
    from {{ ref('snp_salesforce__opportunity') }}
),

seen_closings as (
    select
        opportunity_id_salesforce,
        min(updated_at) as closed_at
    from seen_versions
    where is_closed and (last_seen_open_at is null or updated_at > last_seen_open_at)
    group by opportunity_id_salesforce
)

select
    opportunities.opportunity_id_salesforce,
    greatest(
        opportunities.created_at,
        coalesce(
            field_closings.closed_at,
            stage_closings.closed_at,
            least({{ kk_tokyo_day_end('opportunities.closed_on') }}, seen_closings.closed_at)
        )
    ) as closed_at
from {{ ref('stg_salesforce__opportunities') }} as opportunities
left join field_closings
    on opportunities.opportunity_id_salesforce = field_closings.opportunity_id_salesforce
left join stage_closings
    on opportunities.opportunity_id_salesforce = stage_closings.opportunity_id_salesforce
left join seen_closings
    on opportunities.opportunity_id_salesforce = seen_closings.opportunity_id_salesforce

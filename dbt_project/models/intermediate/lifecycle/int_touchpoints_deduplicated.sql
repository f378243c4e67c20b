{#-
    One act once. A view, because few acts are told again: a table would write all others a second
    time.
-#}
{{ config(materialized='view') }}

select
    acts.act_id as touchpoint_id,
    acts.person_id,
    acts.occurred_at,
    acts.kind,
    acts.channel,
    acts.channel <> 'sales' as is_marketing,
    acts.restarts_recycled,
    acts.content,
    acts.page_url,
    acts.utm_source,
    acts.utm_medium,
    acts.utm_campaign,
    acts.campaign_object,
    acts.campaign_source_id,
    acts.actor_user_id_salesforce,
    acts.source_system,
    acts.source_object,
    acts.source_id
from {{ ref('int_acts_assigned') }} as acts
left join {{ ref('int_acts_told_again') }} as told_again
    on acts.act_id = told_again.act_id
where told_again.act_id is null

{#-
    What the rules find today. Naming a rule here is all it takes to bring it to the meeting.
    What people said may stay as it is (空欄のままでよい, NGではない, 今のステージでよい,
    このままでよい) is not asked again as long as the value is the one that they saw.
-#}
{% set rules = [
    'hyg_person__decision_contradicted',
    'hyg_account__decision_contradicted',
    'hyg_person__possible_duplicate',
    'hyg_account__possible_duplicate',
    'hyg_person__crowded',
    'hyg_person__duplicate_records',
    'hyg_account__duplicate_records',
    'hyg_person__missing_attribute',
    'hyg_person__ng_to_pass_back',
    'hyg_opportunity__stage_overdue',
    'hyg_lead__status_behind',
    'hyg_person__mql_without_owner',
    'hyg_touchpoint__in_the_future',
    'hyg_touchpoint__too_early',
    'hyg_person__crowded_day',
    'hyg_opportunity__closed_before_created',
    'hyg_record__owner_gone',
    'hyg_record__history_broken',
] -%}
with

found as (
    {% for rule in rules -%}
    select * from {{ ref(rule) }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

accepted as (
    select * from {{ ref('hygiene_decisions_latest') }}
    where kind in ('leave_empty', 'not_ng', 'stage_is_right', 'as_it_is')
)

select found.*
from found
left join accepted
    on
        found.finding_id = accepted.finding_id
        and coalesce(found.current_value, '') = coalesce(accepted.current_value, '')
where accepted.finding_id is null

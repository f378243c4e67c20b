{#- How many things each rule looked at: a count of findings says little without it. -#}
with

sfa_records as (
    select * from {{ ref('hygiene_sfa_records') }}
),

persons as (
    select * from {{ ref('persons') }}
),

company_records as (
    select * from {{ ref('int_company_records_unioned') }}
    where source_system = 'salesforce' and source_object = 'account' and not is_deleted
),

opportunities as (
    select * from {{ ref('opportunities') }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
),

pair_decisions as (
    select decisions.entity
    from {{ ref('int_decisions_judged') }} as judged
    inner join {{ ref('int_decisions_gathered') }} as decisions
        on judged.decision_id = decisions.decision_id
)

select
    entity || '__decision_contradicted' as rule_id,
    count(*) as checked
from pair_decisions
group by entity
union all
select
    'person__possible_duplicate' as rule_id,
    count(*) as checked
from {{ ref('hygiene_pairs_worded') }}
union all
select
    'account__possible_duplicate' as rule_id,
    count(case when verdict = 'between' and evidence is not null then 1 end) as checked
from {{ ref('int_company_pairs_compared') }}
union all
select
    'person__crowded' as rule_id,
    count(*) as checked
from persons
union all
select
    'person__duplicate_records' as rule_id,
    count(*) as checked
from sfa_records
union all
select
    'account__duplicate_records' as rule_id,
    count(*) as checked
from company_records
union all
select
    'person__missing_attribute' as rule_id,
    count(distinct record_key) as checked
from {{ ref('hygiene_required_attributes') }}
union all
select
    'person__ng_to_pass_back' as rule_id,
    count(case when source_object = 'lead' then 1 end) as checked
from sfa_records
union all
select
    'opportunity__stage_overdue' as rule_id,
    count(case when not is_closed then 1 end) as checked
from opportunities
union all
select
    'lead__status_behind' as rule_id,
    count(case when source_object = 'lead' then 1 end) as checked
from sfa_records
union all
select
    'person__mql_without_owner' as rule_id,
    count(case when stage in ('MQL', 'SQL') and not is_ng then 1 end) as checked
from persons
union all
select
    'touchpoint__in_the_future' as rule_id,
    count(*) as checked
from touchpoints
union all
select
    'touchpoint__too_early' as rule_id,
    count(*) as checked
from touchpoints
union all
select
    'person__crowded_day' as rule_id,
    count(distinct person_id) as checked
from touchpoints
union all
select
    'opportunity__closed_before_created' as rule_id,
    count(case when is_closed then 1 end) as checked
from opportunities
union all
select
    'record__owner_gone' as rule_id,
    (select count(*) from sfa_records)
    + (select count(*) from company_records)
    + (select count(case when not is_closed then 1 end) from opportunities) as checked
union all
select
    'record__history_broken' as rule_id,
    (select count(*) from sfa_records) + (select count(*) from opportunities) as checked

{#- The first row of routing_rules.csv, by priority, for each person who needs an owner. -#}
with

persons as (
    select * from {{ ref('int_routable_persons_listed') }}
),

rules as (
    select * from {{ ref('routing_rules') }}
),

record_themes as (
    select
        'salesforce:lead:' || lead_id_salesforce as record_key,
        trim(interest_theme) as interest_theme
    from {{ ref('stg_salesforce__leads') }}
    where not is_deleted
    union all
    select
        'salesforce:contact:' || contact_id_salesforce as record_key,
        trim(interest_theme) as interest_theme
    from {{ ref('stg_salesforce__contacts') }}
    where not is_deleted
),

themes as (
    select distinct
        assigned.person_id,
        record_themes.interest_theme
    from {{ ref('int_person_sources_assigned') }} as assigned
    inner join record_themes
        on assigned.record_key = record_themes.record_key
    where record_themes.interest_theme is not null
),

themed as (
    select distinct
        themes.person_id,
        rules.rule_id
    from themes
    inner join rules
        on {{ is_listed('themes.interest_theme', 'rules.interest_themes') }}
),

matched as (
    select
        persons.person_id,
        rules.rule_id,
        rules.rule_name_ja,
        rules.team,
        rules.queue,
        row_number() over (partition by persons.person_id order by rules.priority) as match_rank
    from persons
    cross join rules
    left join themed
        on persons.person_id = themed.person_id and rules.rule_id = themed.rule_id
    where
        (
            {{ kk_blank_to_null('rules.prefectures') }} is null
            or {{ is_listed("coalesce(persons.prefecture, '')", 'rules.prefectures') }}
        )
        and (
            {{ kk_blank_to_null('rules.industries') }} is null
            or {{ is_listed("coalesce(persons.industry, '')", 'rules.industries') }}
        )
        and (
            rules.minimum_title_rank is null
            or coalesce(persons.title_rank, 0) >= rules.minimum_title_rank
        )
        and (
            {{ kk_blank_to_null('rules.interest_themes') }} is null
            or themed.person_id is not null
        )
)

select
    person_id,
    rule_id,
    rule_name_ja,
    team,
    queue
from matched
where match_rank = 1

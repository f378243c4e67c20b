{#- Mail domains that say who somebody is not: test data, a school, a competitor, free mail. -#}
with

persons as (
    select distinct {{ mail_domain('email') }} as mail_domain
    from {{ ref('int_persons_survived') }}
    union
    select distinct {{ mail_domain('email') }} as mail_domain
    from {{ ref('int_person_records_unioned') }}
),

school_rules as (
    select {{ kk_split_to_rows('value', '|') }} as domain
    from {{ ref('ng_rules') }}
    where condition = 'mail_under_without_title'
),

listed as (
    select
        'test' as trait,
        lower(domain) as domain
    from {{ ref('test_domains') }}
    union all
    select
        'school' as trait,
        lower(domain) as domain
    from school_rules
    union all
    select
        'competitor' as trait,
        lower(domain) as domain
    from {{ ref('competitors') }}
    where domain is not null
    union all
    select
        'free_mail' as trait,
        lower(domain) as domain
    from {{ ref('free_mail_domains') }}
)

select
    persons.mail_domain,
    bool_or(listed.trait = 'test') as is_test,
    bool_or(listed.trait = 'school') as is_school,
    bool_or(listed.trait = 'competitor') as is_competitor,
    bool_or(listed.trait = 'free_mail') as is_free_mail
from persons
inner join listed
    on {{ is_in_or_under('persons.mail_domain', 'listed.domain') }}
where persons.mail_domain is not null
group by persons.mail_domain

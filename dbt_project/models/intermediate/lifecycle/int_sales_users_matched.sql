{#-
    Salesforce users who are sales by sales_users.csv: by id, mail, department or role; one row per
    team in which they take their turn, one without a team when they are given no leads.
-#}
with

users as (
    select * from {{ ref('stg_salesforce__users') }}
),

user_roles as (
    select * from {{ ref('stg_salesforce__user_roles') }}
),

user_marks as (
    select
        users.user_id_salesforce,
        'user_id' as match_on,
        left(users.user_id_salesforce, 15) as mark
    from users
    union all
    select
        users.user_id_salesforce,
        'email' as match_on,
        lower(trim(users.user_email)) as mark
    from users
    union all
    select
        users.user_id_salesforce,
        'department' as match_on,
        lower(trim(users.department)) as mark
    from users
    union all
    select
        users.user_id_salesforce,
        'role' as match_on,
        lower(trim(user_roles.user_role_name)) as mark
    from users
    inner join user_roles
        on users.user_role_id_salesforce = user_roles.user_role_id_salesforce
),

sales_marks as (
    select
        match_on,
        case
            when match_on = 'user_id' then left(trim(match_value), 15)
            else lower(trim(match_value))
        end as mark,
        {{ kk_blank_to_null('team') }} as team
    from {{ ref('sales_users') }}
)

select distinct
    user_marks.user_id_salesforce,
    left(user_marks.user_id_salesforce, 15) as user_key,
    sales_marks.team
from user_marks
inner join sales_marks
    on
        user_marks.match_on = sales_marks.match_on
        and user_marks.mark = sales_marks.mark

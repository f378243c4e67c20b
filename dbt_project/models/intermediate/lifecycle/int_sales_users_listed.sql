{#- Salesforce users who are sales, whatever team they belong to. -#}
select distinct
    user_id_salesforce,
    user_key
from {{ ref('int_sales_users_matched') }}

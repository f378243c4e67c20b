{#-
    Deals of the mart with the key of their record in Salesforce and the name of its owner; the id
    where Salesforce shows nobody of that id, which it writes with 15 or 18 characters.
-#}
{% macro deals_with_owner() -%}
    select
        opportunities.opportunity_id,
        opportunities.opportunity_id_salesforce,
        opportunities.account_id,
        opportunities.primary_person_id,
        opportunities.is_closed,
        opportunities.closed_on,
        opportunities.created_at,
        'salesforce:opportunity:' || opportunities.opportunity_id_salesforce as record_key,
        sfa_opportunities.owner_user_id_salesforce,
        coalesce(users.user_name, sfa_opportunities.owner_user_id_salesforce) as owner
    from {{ ref('opportunities') }} as opportunities
    inner join {{ ref('stg_salesforce__opportunities') }} as sfa_opportunities
        on
            opportunities.opportunity_id_salesforce
            = sfa_opportunities.opportunity_id_salesforce
    left join {{ ref('stg_salesforce__users') }} as users
        on
            left(sfa_opportunities.owner_user_id_salesforce, 15)
            = left(users.user_id_salesforce, 15)
{%- endmacro %}

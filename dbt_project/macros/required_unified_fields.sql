{#- The unified fields that models name: the table may add to them and must not lack one. -#}
{% macro required_unified_fields(entity) -%}
    {{ return({
        'person': [
            'full_name', 'family_name', 'given_name', 'full_name_reading', 'family_name_reading',
            'given_name_reading', 'email', 'phone', 'mobile', 'company_name', 'corporate_number',
            'website', 'department', 'title', 'postal_code', 'prefecture', 'city', 'address',
            'industry', 'employee_count', 'annual_revenue_jpy', 'has_opted_out',
            'is_decision_maker', 'competitor_in_use',
        ],
        'account': [
            'account_name', 'corporate_number', 'website', 'domain', 'phone', 'postal_code',
            'prefecture', 'city', 'address', 'industry', 'employee_count', 'annual_revenue_jpy',
        ],
        'opportunity': [
            'opportunity_name', 'stage', 'amount_jpy', 'closed_on', 'is_closed', 'is_won',
            'campaign_id_salesforce', 'has_decision_maker_attended', 'meeting_count',
            'loss_reason', 'competitor',
        ],
    }[entity]) }}
{%- endmacro %}

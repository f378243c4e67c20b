{#-
    Every version of the fields that a rule asks the history of, as we first saw it. updated_at
    (LastModifiedDate) dates a version, so no clock is asked and a later edit moves nothing.
-#}
{% snapshot snp_salesforce__lead %}

{{
    config(
        unique_key='lead_id_salesforce',
        strategy='check',
        updated_at='updated_at',
        check_cols=[
            'lead_status',
            'owner_user_id_salesforce',
            'budget_status',
            'need_is_clear',
            'timeline',
            'decision_maker_will_attend',
            'sales_feedback',
            'sales_feedback_at',
            'is_converted',
            'is_deleted',
        ]
    )
}}

select
    lead_id_salesforce,
    lead_status,
    owner_user_id_salesforce,
    budget_status,
    need_is_clear,
    timeline,
    decision_maker_will_attend,
    sales_feedback,
    sales_feedback_at,
    is_converted,
    is_deleted,
    created_at,
    coalesce(updated_at, system_modified_at, created_at) as updated_at
from {{ ref('stg_salesforce__leads') }}
where lead_id_salesforce is not null

{% endsnapshot %}

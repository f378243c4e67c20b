{#-
    Every version of the fields that a rule asks the history of, as we first saw it. updated_at
    (LastModifiedDate) dates a version, so no clock is asked and a later edit moves nothing.
-#}
{% snapshot snp_salesforce__opportunity %}

{{
    config(
        unique_key='opportunity_id_salesforce',
        strategy='check',
        updated_at='updated_at',
        check_cols=[
            'stage',
            'is_closed',
            'is_won',
            'closed_on',
            'amount_jpy',
            'is_deleted',
        ]
    )
}}

select
    opportunity_id_salesforce,
    stage,
    is_closed,
    is_won,
    closed_on,
    amount_jpy,
    is_deleted,
    created_at,
    coalesce(updated_at, system_modified_at, created_at) as updated_at
from {{ ref('stg_salesforce__opportunities') }}
where opportunity_id_salesforce is not null

{% endsnapshot %}

with

candidates as (
    select * from {{ ref('int_account_field_candidates') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, unified_field
            order by
                {# An industry that no source value explains loses to one that is known. #}
                case when unified_field = 'industry' and field_value = 'その他' then 1 else 0 end,
                {{ survivorship_order() }}
        ) as candidate_rank
    from candidates
)

select
    account_id,
    unified_field,
    field_value,
    record_key,
    value_record_key,
    survivorship as survivorship_rule,
    value_at
from ranked
where candidate_rank = 1

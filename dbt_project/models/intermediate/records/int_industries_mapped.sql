{#- Every industry that any source names, as one of the names the agreement knows. -#}
with

named_industries as (
    select industry as source_value from {{ ref('int_person_records_unioned') }}
    union
    select industry as source_value from {{ ref('int_company_records_unioned') }}
),

agreed_industries as (
    select
        {{ kk_fold_width('source_value') }} as folded_value,
        min(industry) as industry
    from {{ ref('industries') }}
    group by {{ kk_fold_width('source_value') }}
)

select
    named_industries.source_value,
    coalesce(agreed_industries.industry, 'その他') as industry
from named_industries
left join agreed_industries
    on {{ kk_fold_width('named_industries.source_value') }} = agreed_industries.folded_value
where named_industries.source_value is not null

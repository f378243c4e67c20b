{#-
    What every live record says about its company: the company records themselves and, behind
    them, the people who work there. A mistyped mail domain is nobody's.
-#}
with

company_records as (
    select
        assigned.account_id,
        'account' as entity,
        records.record_key,
        records.record_key as name_record_key,
        records.source_system,
        records.source_object,
        records.company_name as account_name,
        records.corporate_number,
        records.domain,
        records.prefecture,
        records.industry,
        records.employee_count,
        records.annual_revenue_jpy,
        records.created_at
    from {{ ref('int_account_sources_assigned') }} as assigned
    inner join {{ ref('int_company_records_unioned') }} as records
        on assigned.record_key = records.record_key
    where not records.is_deleted
),

person_records as (
    select
        assigned.account_id,
        'person' as entity,
        records.record_key,
        case
            when records.company_name is null then companies.record_key else records.record_key
        end as name_record_key,
        records.source_system,
        records.source_object,
        coalesce(records.company_name, companies.company_name) as account_name,
        normalised.corporate_number_normalised as corporate_number,
        case
            when not normalised.is_free_mail and normalised.email_suggested is null
                then normalised.email_domain
        end as domain,
        normalised.prefecture_normalised as prefecture,
        records.industry,
        records.employee_count,
        records.annual_revenue_jpy,
        records.created_at
    from {{ ref('int_person_sources_assigned') }} as assigned
    inner join {{ ref('int_person_records_unioned') }} as records
        on assigned.record_key = records.record_key
    inner join {{ ref('int_person_records_normalised') }} as normalised
        on assigned.record_key = normalised.record_key
    left join {{ ref('int_company_records_unioned') }} as companies
        on records.company_key = companies.record_key
    where not records.is_deleted and assigned.account_id is not null
),

all_records as (
    select * from company_records
    union all
    select * from person_records
),

described as (
    select
        all_records.account_id,
        all_records.entity,
        all_records.record_key,
        all_records.name_record_key,
        all_records.source_system,
        all_records.source_object,
        all_records.account_name,
        all_records.corporate_number,
        all_records.domain,
        all_records.prefecture,
        industries.industry,
        all_records.employee_count,
        all_records.annual_revenue_jpy,
        all_records.created_at
    from all_records
    left join {{ ref('int_industries_mapped') }} as industries
        on all_records.industry = industries.source_value
),

filled_values as (
    {{ unpivot_fields(
        'described',
        ['account_id', 'entity', 'record_key', 'name_record_key',
         'source_system', 'source_object', 'created_at'],
        [
            'account_name', 'corporate_number', 'domain', 'prefecture', 'industry',
            'employee_count', 'annual_revenue_jpy',
        ]
    ) }}
),

placeholders as (
    select distinct {{ kk_fold_width('value') }} as folded_value
    from {{ ref('placeholder_values') }}
),

mapped_fields as (
    select * from {{ ref('int_mapped_fields_ranked') }}
),

field_rules as (
    select distinct
        unified_field,
        survivorship
    from mapped_fields
    where entity = 'account'
),

source_ranks as (
    select
        entity,
        source_system,
        source_object,
        min(priority) + case when entity = 'person' then 1000 else 0 end as priority,
        min(owner_rank) as owner_rank
    from mapped_fields
    group by entity, source_system, source_object
)

select
    filled_values.account_id,
    filled_values.record_key,
    case
        when filled_values.unified_field = 'account_name' then filled_values.name_record_key
        else filled_values.record_key
    end as value_record_key,
    filled_values.unified_field,
    filled_values.field_value,
    field_rules.survivorship,
    source_ranks.priority,
    source_ranks.owner_rank,
    filled_values.created_at as value_at
from filled_values
inner join field_rules
    on filled_values.unified_field = field_rules.unified_field
inner join source_ranks
    on
        filled_values.entity = source_ranks.entity
        and filled_values.source_system = source_ranks.source_system
        and filled_values.source_object = source_ranks.source_object
left join placeholders
    on {{ kk_fold_width('filled_values.field_value') }} = placeholders.folded_value
where placeholders.folded_value is null

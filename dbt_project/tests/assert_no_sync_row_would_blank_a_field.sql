-- Never blank: a push writes a value or nothing.
select
    record_id,
    field
from {{ ref('sync_salesforce__lead') }}
where trim(coalesce(new_value, '')) = ''
union all
select
    record_id,
    field
from {{ ref('sync_salesforce__contact') }}
where trim(coalesce(new_value, '')) = ''

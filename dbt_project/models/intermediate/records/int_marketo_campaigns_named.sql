{#-
    The campaigns that Marketo knows: its programs, and its mails. A mail of a program is named
    after it, "program.mail", and belongs to the program's campaign.
-#}
with

programs as (
    select
        program_id_marketo,
        program_name,
        lower(trim(program_name)) as name_key,
        case
            when lower(program_type) like '%email%' then 'Email' else program_type
        end as campaign_type
    from {{ ref('stg_marketo__programs') }}
    where
        (created_at is null or created_at <= {{ as_of() }})
        and {{ kk_blank_to_null('program_name') }} is not null
),

mails as (
    select
        asset_id_marketo as mail_id,
        max({{ kk_blank_to_null('asset_name') }}) as mail_name
    from {{ ref('stg_marketo__activities') }}
    where
        activity_type_id_marketo not in ('1', '2')
        and new_status is null
        and merged_lead_ids is null
        and asset_id_marketo is not null
        and occurred_at <= {{ as_of() }}
    group by asset_id_marketo
),

mails_of_programs as (
    select
        mails.mail_id,
        mails.mail_name,
        min(programs.program_name) as program_name,
        min(programs.name_key) as program_key
    from mails
    left join programs
        on
            lower(trim({{ kk_regexp_extract('mails.mail_name', '^(.*)[.][^.]*$', 1) }}))
            = programs.name_key
    group by mails.mail_id, mails.mail_name
)

select
    'marketo' as source_system,
    'program' as source_object,
    program_id_marketo as source_id,
    program_name as campaign_name,
    name_key,
    cast(null as {{ kk_text_type() }}) as hs_utm,
    campaign_type,
    cast(null as bigint) as actual_cost_jpy
from programs
union all
select
    'marketo' as source_system,
    'email' as source_object,
    mail_id as source_id,
    coalesce(program_name, mail_name, 'メール配信 ' || mail_id) as campaign_name,
    coalesce(program_key, 'marketo:email:' || mail_id) as name_key,
    cast(null as {{ kk_text_type() }}) as hs_utm,
    'Email' as campaign_type,
    cast(null as bigint) as actual_cost_jpy
from mails_of_programs

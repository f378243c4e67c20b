{#- What every Friday rule needs: one shape of findings, stable ids, and days in Japanese. -#}

{#- A finding is its rule and the records it is about: found again next week, it is the same one. -#}
{% macro finding_id(rule_id, keys) -%}
    'finding_' || substr(md5('{{ rule_id }}'
    {%- for key in keys %} || '|' || coalesce({{ key }}, ''){% endfor %}), 1, 24)
{%- endmacro %}

{#-
    The select list of a rule. Everything is an SQL expression; what a rule does not say is null.
    `keys` are the record keys (and the attribute) that make the finding what it is; `priority`
    puts findings of a rule in order, 1 first, where the rule knows better than the report.
-#}
{% macro finding_columns(rule_id, keys) -%}
    {%- set given = dict(kwargs) -%}
        {{ finding_id(rule_id, keys) }} as finding_id,
        '{{ rule_id }}' as rule_id
    {%- for name in [
        'severity', 'person_id', 'account_id', 'opportunity_id', 'source_system',
        'source_object', 'source_id', 'attribute', 'owner', 'what_ja', 'current_value',
        'proposed_value', 'proposed_from', 'evidence'
    ] %},
        cast({{ given.get(name, 'null') }} as {{ kk_text_type() }}) as {{ name }}
    {%- endfor %},
        cast({{ given.get('priority', 'null') }} as integer) as priority
{%- endmacro %}

{#- A date as people say it in a sentence: 9月6日. -#}
{% macro day_ja(day) -%}
    cast(extract(month from {{ day }}) as {{ kk_text_type() }}) || '月'
    || cast(extract(day from {{ day }}) as {{ kk_text_type() }}) || '日'
{%- endmacro %}

{#- A date as people say it where the year is what surprises: 1970年1月1日. -#}
{% macro full_day_ja(day) -%}
    cast(extract(year from {{ day }}) as {{ kk_text_type() }}) || '年' || {{ day_ja(day) }}
{%- endmacro %}

{#- The value of plausible_limits.csv from which on a rule doubts, as a subquery. -#}
{% macro plausible_limit(rule_id) -%}
    (
        select max(cast(limit_value as integer))
        from {{ ref('plausible_limits') }}
        where rule_id = '{{ rule_id }}'
    )
{%- endmacro %}

{#- Record keys one per line; an absent one is left out. -#}
{% macro evidence_lines(keys) -%}
    {{ keys[0] }}
    {%- for key in keys[1:] %} || coalesce(chr(10) || {{ key }}, ''){% endfor %}
{%- endmacro %}

{#- Rows of a memory of earlier runs; none, with the same columns, before the first one. -#}
{% macro remembered(memory, columns) -%}
    {%- if is_remembered(memory) -%}
    select {{ columns | join(', ') }} from {{ memory }}
    {%- else -%}
    select
        {%- for column in columns %}
        cast(null as {{ 'date' if column.endswith('_on') else
            kk_instant_type() if column.endswith('_at') else
            'bigint' if column == 'checked' or column.endswith('_number') else
            kk_text_type() }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- endif -%}
{%- endmacro %}

{#- Whether earlier runs were remembered: the state of a first run holds nothing yet. -#}
{% macro is_remembered(memory) -%}
    {{ return(execute and load_relation(memory) is not none) }}
{%- endmacro %}

{#- Clears the week of as_of from a memory before it is written anew; nothing to do at first. -#}
{% macro forget_week(relation) -%}
    {%- if execute and is_incremental() -%}
        delete from {{ relation }} where week_start_on = {{ kk_week_start_on(as_of()) }}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{#- Whether the records of a relation, or those of one object, hold an attribute: one row each. -#}
{% macro asked_attribute(attribute, expression, relation, source_object=none, is_always=true) -%}
    select
        person_id,
        record_key,
        '{{ attribute }}' as attribute,
        {{ is_always | lower }} as is_always_asked,
        {{ expression }} as attribute_value
    from {{ relation }}
    {%- if source_object %}
    where source_object = '{{ source_object }}'
    {%- endif %}
{%- endmacro %}

{#- A value of a field history so that two spellings of one value are equal, nothing included. -#}
{% macro comparable_value(field, value) -%}
    case
        when {{ field }} = 'owner' then left(trim(coalesce({{ value }}, '')), 15)
        else lower(trim(coalesce({{ value }}, '')))
    end
{%- endmacro %}

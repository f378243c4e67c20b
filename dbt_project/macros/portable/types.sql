{#-
    Types and casts that DuckDB and Spark spell differently. Models call these macros and never
    write the engine's own construct (tests/unit/dbt_project/test_portable_sql.py sees to it).
    The spark__ variants are written after Spark's reference and were not run in this repository.
-#}

{#- The type of an instant: always UTC, always with its zone. -#}
{% macro kk_instant_type() -%}
    {{ return(adapter.dispatch('kk_instant_type', 'kakehashi')()) }}
{%- endmacro %}
{% macro default__kk_instant_type() -%}timestamp with time zone{%- endmacro %}
{% macro spark__kk_instant_type() -%}timestamp{%- endmacro %}

{#- The type of a text: cast targets differ in how they spell "of any length". -#}
{% macro kk_text_type() -%}
    {{ return(adapter.dispatch('kk_text_type', 'kakehashi')()) }}
{%- endmacro %}
{% macro default__kk_text_type() -%}varchar{%- endmacro %}
{% macro spark__kk_text_type() -%}string{%- endmacro %}

{#- A text as a whole number: the lower bound of '51-200', 1200 of '1,200名', null of 不明. -#}
{% macro kk_to_bigint(expression) -%}
    {%- set text = kk_fold_width('cast(' ~ expression ~ ' as ' ~ kk_text_type() ~ ')') -%}
    coalesce(
        cast(round(try_cast({{ expression }} as double)) as bigint),
        try_cast({{ kk_regexp_extract("replace(" ~ text ~ ", ',', '')", '[0-9]+') }} as bigint)
    )
{%- endmacro %}

{#- A text as a flag: true for what people and systems write for yes, null for nothing. -#}
{% macro kk_to_boolean(expression) -%}
    case
        when {{ expression }} is null then cast(null as boolean)
        when
            lower(trim(cast({{ expression }} as {{ kk_text_type() }})))
            in ('true', 'yes', '1', 'はい', 'on')
            then true
        else false
    end
{%- endmacro %}

{#- A text that may not hold what it should, as a given type; null when it does not. -#}
{% macro kk_try_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}

{#- Full-width Latin letters, digits and signs as half-width ones, in lower case, trimmed. -#}
{% macro kk_fold_width(expression) -%}
    {{ return(adapter.dispatch('kk_fold_width', 'kakehashi')(expression)) }}
{%- endmacro %}
{#- DuckDB's translate() is dear and few texts hold anything for it to do: they are looked for. -#}
{% macro default__kk_fold_width(expression) -%}
    lower(trim(
        case
            when regexp_matches({{ expression }}, '[Ａ-Ｚａ-ｚ０-９，．／（）＆　]')
                then {{ half_width(expression) }}
            else {{ expression }}
        end
    ))
{%- endmacro %}
{% macro spark__kk_fold_width(expression) -%}
    lower(trim({{ half_width(expression) }}))
{%- endmacro %}
{% macro half_width(expression) -%}
    translate(
        {{ expression }},
        'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９，．／（）＆　',
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789,./()& '
    )
{%- endmacro %}

{#- An empty or blank text as null. -#}
{% macro kk_blank_to_null(expression) -%}
    nullif(trim({{ expression }}), '')
{%- endmacro %}

{#- A whole number wide enough for an amount in yen times a part of a share. -#}
{% macro kk_wide_integer(expression) -%}
    {{ return(adapter.dispatch('kk_wide_integer', 'kakehashi')(expression)) }}
{%- endmacro %}
{% macro default__kk_wide_integer(expression) -%}cast({{ expression }} as hugeint){%- endmacro %}
{% macro spark__kk_wide_integer(expression) -%}cast({{ expression }} as decimal(38, 0)){%- endmacro %}

{#- The whole part of a division of whole numbers. -#}
{% macro kk_divide_whole(dividend, divisor) -%}
    {{ return(adapter.dispatch('kk_divide_whole', 'kakehashi')(dividend, divisor)) }}
{%- endmacro %}
{% macro default__kk_divide_whole(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}
{% macro spark__kk_divide_whole(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}

{#- How many elements a list has; 0 for none. -#}
{% macro kk_list_length(expression) -%}
    {{ return(adapter.dispatch('kk_list_length', 'kakehashi')(expression)) }}
{%- endmacro %}
{% macro default__kk_list_length(expression) -%}
    coalesce(len({{ expression }}), 0)
{%- endmacro %}
{% macro spark__kk_list_length(expression) -%}
    coalesce(size({{ expression }}), 0)
{%- endmacro %}

{#-
    How the operators of the agreement tables compare. A measure without a value satisfies no
    condition, not_in included: "neither empty nor 未定" is one row of the table.
-#}

{#- Whether a measure, given as text, satisfies `operator value` of a row of the agreement. -#}
{% macro condition_holds(measure, operator, value) -%}
    case
        when {{ measure }} is null or {{ measure }} = '' then false
        when {{ operator }} = 'in' then {{ is_listed(measure, value) }}
        when {{ operator }} = 'not_in' then not {{ is_listed(measure, value) }}
        when {{ operator }} = '>='
            then {{ kk_try_cast(measure, 'double') }} >= {{ kk_try_cast(value, 'double') }}
        when {{ operator }} = '>'
            then {{ kk_try_cast(measure, 'double') }} > {{ kk_try_cast(value, 'double') }}
        when {{ operator }} = '<='
            then {{ kk_try_cast(measure, 'double') }} <= {{ kk_try_cast(value, 'double') }}
        when {{ operator }} = '<'
            then {{ kk_try_cast(measure, 'double') }} < {{ kk_try_cast(value, 'double') }}
        when {{ operator }} = '='
            then coalesce(
                {{ kk_try_cast(measure, 'double') }} = {{ kk_try_cast(value, 'double') }},
                {{ measure }} = {{ value }}
            )
        else false
    end
{%- endmacro %}

{#- Whether a text is one of the texts of a cell that parts them by a bar. -#}
{% macro is_listed(text, list) -%}
    (position('|' || {{ text }} || '|' in '|' || {{ list }} || '|') > 0)
{%- endmacro %}

{#- Whether a value of an owner's history is an id (of a user or a queue) and not a name. -#}
{% macro is_user_or_queue_id(value) -%}
    (left({{ value }}, 3) in ('005', '00G') and length({{ value }}) in (15, 18))
{%- endmacro %}

{#- The domain of a mail address, in lower case; null without one. -#}
{% macro mail_domain(email) -%}
    {{ kk_regexp_extract('lower(trim(' ~ email ~ '))', '@([^@]+)$', 1) }}
{%- endmacro %}

{#- Whether a domain is another one or a subdomain of it. -#}
{% macro is_in_or_under(domain, parent) -%}
    (right('.' || {{ domain }}, length({{ parent }}) + 1) = '.' || {{ parent }})
{%- endmacro %}

{#- A name as the lists of the agreement compare it: width, case and blanks do not matter. -#}
{% macro name_key(name) -%}
    replace({{ kk_fold_width(name) }}, ' ', '')
{%- endmacro %}

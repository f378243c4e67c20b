{#- Pieces of texts and URLs that DuckDB and Spark take apart differently. -#}

{#- One row per part of a separated text; stands alone in a select list. -#}
{% macro kk_split_to_rows(expression, separator) -%}
    {{ return(adapter.dispatch('kk_split_to_rows', 'kakehashi')(expression, separator)) }}
{%- endmacro %}
{% macro default__kk_split_to_rows(expression, separator) -%}
    unnest(string_split({{ expression }}, '{{ separator }}'))
{%- endmacro %}
{% macro spark__kk_split_to_rows(expression, separator) -%}
    explode(split({{ expression }}, '{{ separator }}'))
{%- endmacro %}

{#- The first match of a pattern in a text ('' and null become null); group 0 is the whole match. -#}
{% macro kk_regexp_extract(expression, pattern, group=0) -%}
    {{ return(adapter.dispatch('kk_regexp_extract', 'kakehashi')(expression, pattern, group)) }}
{%- endmacro %}
{% macro default__kk_regexp_extract(expression, pattern, group) -%}
    nullif(regexp_extract({{ expression }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}
{% macro spark__kk_regexp_extract(expression, pattern, group) -%}
    nullif(regexp_extract({{ expression }}, r'{{ pattern }}', {{ group }}), '')
{%- endmacro %}

{#- The host of a URL or of a bare web address, in lower case, without www. -#}
{% macro kk_url_host(url) -%}
    {{ kk_regexp_extract('lower(trim(' ~ url ~ '))', '^(?:[a-z][a-z0-9+.-]*://)?(?:www[.])?([^/?#:]+)', 1) }}
{%- endmacro %}

{#- The path of a URL, at least '/'; null when there is no URL. -#}
{% macro kk_url_path(url) -%}
    case
        when {{ url }} is not null
            then coalesce(
                {{ kk_regexp_extract(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]*(/[^?#]*)', 1) }}, '/'
            )
    end
{%- endmacro %}

{#- The value of one query parameter of a URL, percent-decoded, + as blank; null when absent. -#}
{% macro kk_url_parameter(url, name) -%}
    {{ return(adapter.dispatch('kk_url_parameter', 'kakehashi')(url, name)) }}
{%- endmacro %}
{#- Most URLs have none of the parameters, and looking for a text is far cheaper than a pattern. -#}
{% macro default__kk_url_parameter(url, name) -%}
    case
        when contains({{ url }}, '{{ name }}=')
            then url_decode(replace(
                {{ kk_regexp_extract(url, '[?&]' ~ name ~ '=([^&#]*)', 1) }}, '+', ' '
            ))
    end
{%- endmacro %}
{% macro spark__kk_url_parameter(url, name) -%}
    try_url_decode({{ kk_regexp_extract(url, '[?&]' ~ name ~ '=([^&#]*)', 1) }})
{%- endmacro %}

{#- Host and path of a URL without its query: what a page view is a view of. -#}
{% macro kk_url_page(url) -%}
    {{ kk_regexp_extract('trim(' ~ url ~ ')', '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^?#]+)', 1) }}
{%- endmacro %}

{#- A person's name without the honorific that a polite colleague typed behind it. -#}
{% macro kk_without_honorific(name) -%}
    {{ return(adapter.dispatch('kk_without_honorific', 'kakehashi')(name)) }}
{%- endmacro %}
{% macro default__kk_without_honorific(name) -%}
    regexp_replace({{ name }}, '[ 　]*(様|殿)$|[ 　]+(さん|氏)$', '')
{%- endmacro %}
{% macro spark__kk_without_honorific(name) -%}
    regexp_replace({{ name }}, '[ 　]*(様|殿)$|[ 　]+(さん|氏)$', '')
{%- endmacro %}

{#- The texts of a group one per line, in their order. -#}
{% macro kk_lines_of(expression) -%}
    {{ return(adapter.dispatch('kk_lines_of', 'kakehashi')(expression)) }}
{%- endmacro %}
{% macro default__kk_lines_of(expression) -%}
    string_agg({{ expression }}, chr(10) order by {{ expression }})
{%- endmacro %}
{% macro spark__kk_lines_of(expression) -%}
    array_join(array_sort(collect_list({{ expression }})), chr(10))
{%- endmacro %}

{#- A campaign is its name: the id depends on nothing else, so no other campaign can change it. -#}
{% macro campaign_id(name_key) -%}
    'campaign_' || substr(md5({{ name_key }}), 1, 16)
{%- endmacro %}

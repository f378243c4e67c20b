{#- A schema of this project is called exactly what its folder says: mart, not main_mart. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{#-
    The moment at which a snapshot is taken is the run's as_of, never the machine's clock. dbt
    asks it for the type of its own columns and for versions that carry no date of their own.
-#}
{% macro duckdb__snapshot_get_time() -%}
    {{ as_of() }}
{%- endmacro %}
{% macro spark__snapshot_get_time() -%}
    {{ as_of() }}
{%- endmacro %}

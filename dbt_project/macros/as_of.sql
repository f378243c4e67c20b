{#-
    The moment for which everything is computed, as an instant. No model asks the clock:
    the same raw data, state, agreement and as_of give the same bytes.
    Pass it as: dbt build --vars '{as_of: "2026-10-02T05:30:00Z"}'
-#}
{% macro as_of() -%}
    {%- set moment = var('as_of', none) -%}
    {%- if execute and not moment -%}
        {{ exceptions.raise_compiler_error(
            "the variable as_of is missing: pass --vars '{as_of: \"<ISO 8601 instant in UTC>\"}'"
        ) }}
    {%- endif -%}
    cast('{{ moment }}' as {{ kk_instant_type() }})
{%- endmacro %}

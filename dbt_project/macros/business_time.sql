{#-
    Business seconds from the beginning of int_business_days_counted to an instant, whose Tokyo
    day is joined under the given alias: those of the days before plus the part of the day itself.
-#}
{% macro business_seconds_until(instant, day) -%}
    {{ day }}.business_seconds_before + greatest(
        0, least({{ day }}.business_seconds, {{ kk_seconds_between(day ~ '.opens_at', instant) }})
    )
{%- endmacro %}

{#-
    The start of the period over which the monthly review looks at outcomes: as_of less the var
    `review_days` (90 unless given). Long enough for a lead to become a deal, short enough that the
    agreement judged is still the one people remember.
-#}
{% macro review_start() -%}
    {{ kk_plus_seconds(as_of(), -86400 * (var('review_days', 90) | int)) }}
{%- endmacro %}

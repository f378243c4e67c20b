{#- The grain of a model: its key columns are never null and never repeat. One query, not three. -#}
{% test one_row_per(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns -%}
        or {{ column }} is null
    {% endfor %}

{% endtest %}

{#-
    Instants, Tokyo days and weeks. Business people mean Tokyo when they say day or week;
    the tables hold UTC. No model writes a time zone conversion of its own.
-#}

{#- 00:00:00 in Tokyo of a date, as an instant. -#}
{% macro kk_tokyo_midnight(day) -%}
    {{ return(adapter.dispatch('kk_tokyo_midnight', 'kakehashi')(day)) }}
{%- endmacro %}
{% macro default__kk_tokyo_midnight(day) -%}
    timezone('Asia/Tokyo', cast({{ day }} as timestamp))
{%- endmacro %}
{% macro spark__kk_tokyo_midnight(day) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), 'Asia/Tokyo')
{%- endmacro %}

{#- 23:59:59 in Tokyo of a date, as an instant: what a close date without a time means. -#}
{% macro kk_tokyo_day_end(day) -%}
    {{ kk_tokyo_midnight(day) }} + interval '86399' second
{%- endmacro %}

{#- The Tokyo date of an instant. -#}
{% macro kk_tokyo_date(instant) -%}
    {{ return(adapter.dispatch('kk_tokyo_date', 'kakehashi')(instant)) }}
{%- endmacro %}
{% macro default__kk_tokyo_date(instant) -%}
    cast(timezone('Asia/Tokyo', {{ instant }}) as date)
{%- endmacro %}
{% macro spark__kk_tokyo_date(instant) -%}
    cast(from_utc_timestamp({{ instant }}, 'Asia/Tokyo') as date)
{%- endmacro %}

{#- The Monday, in Tokyo, of the week an instant falls in. -#}
{% macro kk_week_start_on(instant) -%}
    cast(date_trunc('week', {{ kk_tokyo_date(instant) }}) as date)
{%- endmacro %}

{#- Seconds from one instant to another, with their fraction. -#}
{% macro kk_seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('kk_seconds_between', 'kakehashi')(earlier, later)) }}
{%- endmacro %}
{% macro default__kk_seconds_between(earlier, later) -%}
    (epoch({{ later }}) - epoch({{ earlier }}))
{%- endmacro %}
{% macro spark__kk_seconds_between(earlier, later) -%}
    ((unix_micros({{ later }}) - unix_micros({{ earlier }})) / 1000000.0)
{%- endmacro %}

{#- An instant as 2026-10-02T05:30:00Z, whole seconds, the way it is written to a vendor. -#}
{% macro kk_iso_instant(instant) -%}
    {{ return(adapter.dispatch('kk_iso_instant', 'kakehashi')(instant)) }}
{%- endmacro %}
{% macro default__kk_iso_instant(instant) -%}
    strftime(timezone('UTC', {{ instant }}), '%Y-%m-%dT%H:%M:%SZ')
{%- endmacro %}
{% macro spark__kk_iso_instant(instant) -%}
    date_format({{ instant }}, "yyyy-MM-dd'T'HH:mm:ss'Z'")
{%- endmacro %}

{#- An instant moved by a number of seconds that is known only row by row. -#}
{% macro kk_plus_seconds(instant, seconds) -%}
    {{ return(adapter.dispatch('kk_plus_seconds', 'kakehashi')(instant, seconds)) }}
{%- endmacro %}
{% macro default__kk_plus_seconds(instant, seconds) -%}
    ({{ instant }} + to_seconds(cast({{ seconds }} as bigint)))
{%- endmacro %}
{% macro spark__kk_plus_seconds(instant, seconds) -%}
    timestampadd(second, cast({{ seconds }} as bigint), {{ instant }})
{%- endmacro %}

{#- Bounds of a span that has always begun or never ends: spans compare without nulls. -#}
{% macro kk_beginning_of_time() -%}
    cast('1900-01-01 00:00:00+00:00' as {{ kk_instant_type() }})
{%- endmacro %}
{% macro kk_end_of_time() -%}
    cast('9999-01-01 00:00:00+00:00' as {{ kk_instant_type() }})
{%- endmacro %}

{#- A date moved by a number of days. -#}
{% macro kk_plus_days(day, days) -%}
    {{ return(adapter.dispatch('kk_plus_days', 'kakehashi')(day, days)) }}
{%- endmacro %}
{% macro default__kk_plus_days(day, days) -%}
    ({{ day }} + cast({{ days }} as integer))
{%- endmacro %}
{% macro spark__kk_plus_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as integer))
{%- endmacro %}

{#- A text that people typed as an instant: with a zone as it says, without one Tokyo time. -#}
{% macro kk_typed_instant(text) -%}
    case
        when
            position('+' in {{ text }}) > 0 or upper(right(trim({{ text }}), 1)) = 'Z'
            then {{ kk_try_cast(text, kk_instant_type()) }}
        else {{ kk_tokyo_midnight(kk_try_cast(text, 'timestamp')) }}
    end
{%- endmacro %}

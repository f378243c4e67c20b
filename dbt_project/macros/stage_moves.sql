{#-
    Whether an event moves a person, given the stage reached before it ('' before the first).
    The order of the stages is Suspect < Prospect < MQL < SQL < Opportunity < Lost < Won; NG and
    Recycled stand beside it.
-#}
{% macro stage_moves(before, event) -%}
    case {{ event }}.to_stage
        when 'Suspect' then {{ before }}.stage = ''
        when 'NG' then {{ before }}.stage not in ('Opportunity', 'Lost', 'Won')
        when 'Prospect' then {{ before }}.stage in ('', 'Suspect') and not {{ before }}.is_ng
        when 'MQL'
            then
                not {{ before }}.is_ng
                and (
                    ({{ before }}.stage = 'Prospect' and {{ event }}.cycle_key is null)
                    or (
                        {{ before }}.stage = 'Recycled'
                        and coalesce({{ event }}.cycle_key = {{ before }}.recycled_at, false)
                    )
                )
        when 'SQL'
            then
                not {{ before }}.is_ng
                and {{ before }}.stage = 'MQL'
                and coalesce({{ event }}.cycle_key = {{ before }}.mql_at, true)
        when 'Opportunity' then {{ before }}.stage not in ('Opportunity', 'Won')
        when 'Lost' then {{ before }}.stage = 'Opportunity'
        when 'Won' then {{ before }}.stage <> 'Won'
        when 'Recycled'
            then not {{ before }}.is_ng and {{ before }}.stage in ('MQL', 'SQL', 'Lost')
        else false
    end
{%- endmacro %}

{#- Why a stage was reached, as it is published: the rule and the record that showed it. -#}
{% macro stage_reason(rule_id, evidence) -%}
    {{ rule_id }} || coalesce(' (' || {{ evidence }} || ')', '')
{%- endmacro %}

{#-
    The field-mapping table, seeds/agreement/field_mappings.csv, is the contract between the
    systems: renaming a field there is all it takes for pull, survivorship and push to follow.

    The macros read the same file that `dbt seed` loads, by its path, when a model is compiled,
    instead of asking the loaded table. So `dbt compile`, unit tests and the linter work in an
    empty warehouse, and a model never depends on which seed happened to be loaded before.
    Nothing is read while parsing: `dbt parse` needs no warehouse and no data.
-#}

{#- Every row of the table, or those of one system, object and direction, as dictionaries. -#}
{% macro field_mappings(system=none, object=none, entity=none, directions=none) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for row in read_seed_file('field_mappings').rows -%}
            {%- set mapping = row.dict() -%}
            {%- if (system is none or mapping['system'] == system)
                and (object is none or mapping['object'] == object)
                and (entity is none or mapping['entity'] == entity)
                and (directions is none or mapping['direction'] in directions) -%}
                {%- do found.append(mapping) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#-
    The rows of a seed's file with every cell as text. The graph knows the file that dbt will
    load; only a unit test has no graph, and there the settings say where the folder is.
-#}
{% macro read_seed_file(name) -%}
    {%- set seed = (graph.get('nodes') or {}).get('seed.kakehashi.' ~ name) -%}
    {%- if seed -%}
        {%- set root = seed.root_path -%}
        {%- set path = seed.original_file_path -%}
    {%- else -%}
        {%- set root = invocation_args_dict.get('project_dir') or '.' -%}
        {%- set folder = env_var('KAKEHASHI_AGREEMENT_BUILD_DIR', 'seeds/agreement') -%}
        {%- set path = folder ~ '/' ~ name ~ '.csv' -%}
    {%- endif -%}
    {%- set file = path if path.startswith('/') else root ~ '/' ~ path -%}
    {{ return(adapter.dispatch('kk_read_csv', 'kakehashi')(file)) }}
{%- endmacro %}

{% macro default__kk_read_csv(path) -%}
    {{ return(run_query(
        "select * from read_csv('" ~ path ~ "', header = true, all_varchar = true, delim = ',')"
    )) }}
{%- endmacro %}

{% macro spark__kk_read_csv(path) -%}
    {%- do run_query(
        "create or replace temporary view kk_seed_file using csv "
        ~ "options (path 'file://" ~ path ~ "', header 'true', multiLine 'true')"
    ) -%}
    {{ return(run_query('select * from kk_seed_file')) }}
{%- endmacro %}

{#- The raw column of a vendor's field name, as ingestion names it; a test compares the two. -#}
{% macro raw_column_name(field) -%}
    {%- set parts = [] -%}
    {%- for part in field.strip().split('__') if part.strip() -%}
        {%- set plain = modules.re.sub('[^a-zA-Z0-9_]', '_', part.strip()) -%}
        {%- set words = modules.re.sub('([^_])([A-Z][a-z]+)', '\\1_\\2', plain) -%}
        {%- set snake = modules.re.sub('([a-z0-9])([A-Z])', '\\1_\\2', words) | lower -%}
        {%- do parts.append(modules.re.sub('_+', '_', snake)) -%}
    {%- endfor -%}
    {{ return(parts | join('__')) }}
{%- endmacro %}

{#- A raw column as the type that its row of the table names. -#}
{% macro as_mapped_type(expression, data_type) -%}
    {%- if data_type == 'integer' -%}{{ kk_to_bigint(expression) }}
    {%- elif data_type == 'number' -%}{{ kk_try_cast(expression, 'double') }}
    {%- elif data_type == 'boolean' -%}{{ kk_to_boolean(expression) }}
    {%- elif data_type == 'date' -%}{{ kk_try_cast(expression, 'date') }}
    {%- elif data_type == 'datetime' -%}{{ kk_try_cast(expression, kk_instant_type()) }}
    {%- elif data_type in ('text', 'picklist') -%}
        {{ kk_blank_to_null('cast(' ~ expression ~ ' as ' ~ kk_text_type() ~ ')') }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "field_mappings.csv: data_type " ~ data_type
            ~ " is not one of text, picklist, number, integer, boolean, date, datetime"
        ) }}
    {%- endif -%}
{%- endmacro %}

{#-
    The select list of a staging model: one column per unified field of the entity, null where
    this object has no field for it. Fields that never survive into the person (those judged
    record by record, and `pushed_<unified field>`, what we wrote there before) appear only where
    the object has them.
-#}
{% macro mapped_columns(system, object, entity) -%}
    {%- set own = {} -%}
    {%- for mapping in field_mappings(system, object, entity) -%}
        {%- do own.update({mapped_column_name(mapping): mapping}) -%}
    {%- endfor -%}
    {%- set done = [] -%}
    {%- for mapping in field_mappings(entity=entity) -%}
        {%- set name = mapped_column_name(mapping) -%}
        {%- if name not in done
            and (name in own or mapping['survivorship'] not in ('each_record', 'computed')) -%}
            {%- if done %},
            {% endif -%}
            {%- do done.append(name) -%}
            {%- if name in own -%}
                {{ as_mapped_type(raw_column_name(own[name]['field']), own[name]['data_type']) }}
            {%- else -%}
                {{ as_mapped_type('null', mapping['data_type']) }}
            {%- endif %} as {{ name }}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in required_unified_fields(entity) if execute and name not in done -%}
        {{ exceptions.raise_compiler_error(
            'field_mappings.csv: no row says where the unified field ' ~ name ~ ' of entity '
            ~ entity ~ ' comes from; at least one system must have it'
        ) }}
    {%- endfor -%}
    {%- if not done -%}cast(null as {{ kk_text_type() }}) as not_read_while_parsing{%- endif -%}
{%- endmacro %}

{#- What we only write must not be mistaken for what the source says, so it is read back apart. -#}
{% macro mapped_column_name(mapping) -%}
    {{ return(
        ('pushed_' if mapping['direction'] == 'push' else '') ~ mapping['unified_field']
    ) }}
{%- endmacro %}

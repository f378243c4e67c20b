"""The part of state.duckdb that remembers which record was given which id, and what people decided.

dbt writes the tables; here they are made, so that they exist before the first run, and migrated.
Not here: which id a record gets (`stable_ids`), which decision holds (`decisions`).
"""

import duckdb

# Each step is applied once, in order; a step that has been released is never changed.
_STEPS = (
    """
    create table identity.registry (
        entity varchar not null,
        record_key varchar not null,
        resolved_id varchar not null,
        first_seen_at timestamp with time zone not null,
        updated_at timestamp with time zone not null
    );
    create table identity.redirects (
        entity varchar not null,
        old_id varchar not null,
        new_id varchar not null,
        happened_at timestamp with time zone not null,
        reason varchar not null
    );
    """,
    """
    create table identity.decisions (
        decision_id varchar not null,
        finding_id varchar not null,
        rule_id varchar not null,
        entity varchar not null,
        kind varchar not null,
        record_key_a varchar,
        record_key_b varchar,
        person_id varchar,
        account_id varchar,
        opportunity_id varchar,
        attribute varchar,
        current_value varchar,
        proposed_value varchar,
        decided_value varchar,
        comment varchar,
        decided_by varchar,
        number_in_workbook varchar,
        evidence varchar,
        asked_at timestamp with time zone,
        decided_at timestamp with time zone not null,
        edited_at timestamp with time zone,
        file_name varchar,
        sheet_name varchar,
        row_number bigint,
        file_sha256 varchar,
        recorded_at timestamp with time zone not null
    );
    """,
)


def migrate(con: duckdb.DuckDBPyConnection) -> None:
    """Bring the schema `identity` of an opened state.duckdb up to date.

    Args:
        con: A connection whose default database is the state.
    """
    con.execute("create schema if not exists identity")
    con.execute("create table if not exists identity.schema_version (version integer not null)")
    applied = con.execute("select coalesce(max(version), 0) from identity.schema_version")
    done = applied.fetchone()
    for version, step in enumerate(_STEPS, start=1):
        if done is None or version > done[0]:
            con.execute("begin")
            con.execute(step)
            con.execute("insert into identity.schema_version values (?)", [version])
            con.execute("commit")

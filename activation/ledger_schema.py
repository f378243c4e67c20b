"""Tables of schema `ledger`, one tuple of statements per version; a version is never edited.

`push_plans` and `push_ledger` are views in the shape that readers of the mart know; the tables
below them hold what applying and undoing need. Not here: reading and writing of rows (`ledger`).
"""

from __future__ import annotations

_VERSION_1 = (
    """
    create table ledger.plans (
        plan_id varchar primary key,
        run_id varchar not null,
        system varchar not null,
        object varchar not null,
        as_of timestamptz not null,
        plan_hash varchar not null,
        planned integer not null,
        unchanged integer not null,
        kept integer not null,
        refused integer not null,
        api_calls_forecast integer not null
    )
    """,
    """
    create table ledger.planned_changes (
        plan_id varchar not null,
        record_id varchar not null,
        field varchar not null,
        old_value varchar,
        new_value varchar not null,
        data_type varchar not null,
        reason varchar not null,
        person_id varchar,
        primary key (plan_id, record_id, field)
    )
    """,
    "create sequence ledger.attempt_numbers",
    """
    create table ledger.write_intents (
        attempt_number bigint default nextval('ledger.attempt_numbers') primary key,
        plan_id varchar not null,
        record_id varchar not null,
        field varchar not null,
        run_id varchar not null,
        before_value varchar,
        happened_at timestamptz not null
    )
    """,
    "create sequence ledger.outcome_numbers",
    """
    create table ledger.outcomes (
        outcome_number bigint default nextval('ledger.outcome_numbers') primary key,
        plan_id varchar not null,
        record_id varchar not null,
        field varchar not null,
        run_id varchar not null,
        before_value varchar,
        after_value varchar,
        outcome varchar not null
            check (outcome in ('written', 'unchanged', 'skipped', 'rejected', 'held')),
        error varchar,
        happened_at timestamptz not null
    )
    """,
    """
    create view ledger.latest_outcomes as
    select * from ledger.outcomes
    qualify row_number() over (
        partition by plan_id, record_id, field order by outcome_number desc
    ) = 1
    """,
    """
    create view ledger.push_plans as
    select
        p.plan_id, p.run_id, p.system, p.object, c.record_id, c.field, c.old_value, c.new_value,
        c.reason, coalesce(o.outcome, 'planned') as outcome, o.error,
        coalesce(o.happened_at, p.as_of) as happened_at
    from ledger.plans as p
    join ledger.planned_changes as c on p.plan_id = c.plan_id
    left join ledger.latest_outcomes as o
        on c.plan_id = o.plan_id and c.record_id = o.record_id and c.field = o.field
    """,
    """
    create view ledger.push_ledger as
    select
        o.plan_id, o.run_id, p.system, p.object, o.record_id, o.field,
        o.before_value as old_value, o.after_value as new_value, c.reason, o.outcome, o.error,
        o.happened_at
    from ledger.outcomes as o
    join ledger.plans as p on o.plan_id = p.plan_id
    join ledger.planned_changes as c
        on o.plan_id = c.plan_id and o.record_id = c.record_id and o.field = c.field
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_VERSION_1,)

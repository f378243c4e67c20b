"""The ledger keeps plans as they were, comes up to date without dropping, and is never edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from activation import ledger, ledger_schema
from activation.ledger import FieldOutcome
from activation.plan import DesiredValue, Plan, PlanError, build_plan

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "state.duckdb")) as connection:
        connection.execute("set timezone = 'UTC'")
        ledger.migrate(connection)
        yield connection


def a_plan() -> Plan:
    rows = [
        DesiredValue("00Q1", field, old, new, data_type, True, "点数", AS_OF, "per_1")
        for field, old, new, data_type in (
            ("Lead_Score__c", None, "35", "number"),
            ("Lifecycle_Stage__c", "Prospect", "MQL", "picklist"),
        )
    ]
    return build_plan(rows, system="salesforce", object_name="lead", run_id="run-1", as_of=AS_OF)


def outcome(field: str, what: str, error: str | None = None) -> FieldOutcome:
    return FieldOutcome(a_plan().plan_id, "00Q1", field, "run-1", None, "35", what, error, AS_OF)


def test_a_plan_comes_back_as_it_was_stored(con: duckdb.DuckDBPyConnection) -> None:
    ledger.save_plan(con, a_plan())
    ledger.save_plan(con, a_plan())
    assert ledger.load_plan(con, a_plan().plan_id) == a_plan()


def test_an_unknown_plan_is_said(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(PlanError, match="no plan plan_x"):
        ledger.load_plan(con, "plan_x")


def test_the_latest_outcome_counts_and_the_earlier_stays(con: duckdb.DuckDBPyConnection) -> None:
    plan = a_plan()
    ledger.save_plan(con, plan)
    ledger.save_outcomes(con, [outcome("Lead_Score__c", "held", "UNREACHABLE")])
    assert ledger.settled_fields(con, plan.plan_id) == set()
    ledger.save_outcomes(con, [outcome("Lead_Score__c", "written")])
    assert ledger.settled_fields(con, plan.plan_id) == {("00Q1", "Lead_Score__c")}
    assert ledger.count_outcomes(con, plan.plan_id) == {"written": 1}
    assert ledger.count_errors(con, plan.plan_id) == {}
    assert con.execute("select count(*) from ledger.outcomes").fetchone() == (2,)


def test_readers_find_the_columns_of_the_contract(con: duckdb.DuckDBPyConnection) -> None:
    plan = a_plan()
    ledger.save_plan(con, plan)
    ledger.save_outcomes(con, [outcome("Lead_Score__c", "written")])
    columns = (
        "plan_id, run_id, system, object, record_id, field, old_value, new_value, reason, outcome, "
        "error, happened_at"
    )
    planned = con.execute(f"select {columns} from ledger.push_plans order by field").fetchall()
    assert [row[5:10] for row in planned] == [
        ("Lead_Score__c", None, "35", "点数", "written"),
        ("Lifecycle_Stage__c", "Prospect", "MQL", "点数", "planned"),
    ]
    written = con.execute(f"select {columns} from ledger.push_ledger").fetchall()
    assert [row[2:10] for row in written] == [
        ("salesforce", "lead", "00Q1", "Lead_Score__c", None, "35", "点数", "written")
    ]


def test_an_outcome_that_does_not_exist_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    ledger.save_plan(con, a_plan())
    with pytest.raises(duckdb.ConstraintException):
        ledger.save_outcomes(con, [outcome("Lead_Score__c", "done")])


def test_migrating_again_changes_nothing_and_a_new_version_adds(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.save_plan(con, a_plan())
    ledger.migrate(con)
    newer = (*ledger_schema.MIGRATIONS, ("alter table ledger.plans add column note varchar",))
    monkeypatch.setattr(ledger, "MIGRATIONS", newer)
    ledger.migrate(con)
    ledger.migrate(con)
    versions = con.execute("select version from ledger.schema_versions order by 1").fetchall()
    assert versions == [(1,), (2,)]
    assert con.execute("select note, planned from ledger.plans").fetchall() == [(None, 2)]


def test_a_migration_that_fails_leaves_the_version_before(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*ledger_schema.MIGRATIONS, ("create table ledger.extra (a integer)", "nonsense"))
    monkeypatch.setattr(ledger, "MIGRATIONS", broken)
    with pytest.raises(duckdb.Error):
        ledger.migrate(con)
    assert con.execute("select max(version) from ledger.schema_versions").fetchone() == (1,)
    ledger.save_plan(con, a_plan())


def test_no_migration_drops_anything() -> None:
    statements = " ".join(s for version in ledger_schema.MIGRATIONS for s in version).lower()
    assert "drop " not in statements
    assert "delete " not in statements

"""The push against a Salesforce over HTTP: plan, apply, ledger, and what gets in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from activation.plan import Plan
from activation.push import PushOutcome, apply_plan, make_plan
from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
LEADS = tuple(f"00Q5j00000000{i:02}AAA" for i in range(1, 4))
CONVERTED = "00Q5j0000000009AAA"
PERSON, STAGE, SCORE = "Kakehashi_Person_Id__c", "Lifecycle_Stage__c", "Lead_Score__c"
MQL_AT = "MQL_At__c"
WRITES = {"vendor": "salesforce", "method": "PATCH", "path_regex": "/composite/sobjects"}
DESIRED = {PERSON: "per_1", STAGE: "MQL", SCORE: "35", MQL_AT: "2026-09-30 01:02:03+00"}
TYPES = {PERSON: "text", STAGE: "picklist", SCORE: "number", MQL_AT: "datetime"}


def lead(record_id: str, **fields: Any) -> dict[str, Any]:
    return {"Id": record_id, "LastName": "見本", "Company": "株式会社見本", **fields}


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSandbox]:
    leads = [lead(one, **{STAGE: "Prospect"}) for one in LEADS]
    leads.append(lead(CONVERTED, IsConverted=True))
    with running_sandbox(world=HandMadeWorld(salesforce={"Lead": leads})) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.01)
        yield running


@pytest.fixture
def line(sandbox: RunningSandbox, tmp_path: Path) -> Line:
    return Line(sandbox, tmp_path)


class Line:
    """Sync model, plan and apply for the leads of a sandbox; `pull` reads what they hold now."""

    def __init__(self, sandbox: RunningSandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.warehouse, self.state = folder / "warehouse.duckdb", folder / "state.duckdb"
        self.pull()

    def pull(self, desired: dict[str, str] | None = None) -> None:
        wanted = desired or DESIRED
        rows = []
        for one in self.sandbox.admin.records("salesforce", "Lead"):
            if not one["IsConverted"] or one["Id"] == CONVERTED:
                rows += [(one["Id"], name, one.get(name), new) for name, new in wanted.items()]
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("create schema if not exists activation")
            connection.execute("create schema if not exists raw_salesforce")
            connection.execute(
                "create or replace table raw_salesforce.lead as select ? as id, true is_converted",
                [CONVERTED],
            )
            connection.execute(
                """
                create or replace table activation.sync_salesforce__lead (
                    record_id varchar, field varchar, old_value varchar, new_value varchar,
                    data_type varchar, may_overwrite boolean, reason varchar,
                    last_modified_at timestamptz, person_id varchar
                )
                """
            )
            for record_id, name, old, new in rows:
                connection.execute(
                    "insert into activation.sync_salesforce__lead values (?,?,?,?,?,true,?,?,?)",
                    [record_id, name, old if old is None else str(old), new,
                     TYPES.get(name, "text"), "スコアが30点以上", AS_OF, "per_1"],
                )  # fmt: skip

    def plan(self, run_id: str = "run-1") -> Plan:
        return make_plan(
            self.warehouse,
            self.state,
            system="salesforce",
            object_name="lead",
            run_id=run_id,
            as_of=AS_OF,
        )

    def apply(self, plan: Plan, run_id: str = "run-1") -> PushOutcome:
        outcome = apply_plan(
            plan.plan_id, self.state, run_id=run_id, now=AS_OF, sleep=lambda _: None
        )
        assert outcome.planned == sum(counts(outcome))
        return outcome

    def record(self, record_id: str) -> dict[str, Any]:
        return self.sandbox.admin.record("salesforce", "Lead", record_id)

    def ledger(self, record_id: str, field: str) -> tuple[Any, ...] | None:
        with duckdb.connect(str(self.state)) as connection:
            return connection.execute(
                """
                select before_value, after_value, outcome, error from ledger.latest_outcomes
                where record_id = ? and field = ?
                """,
                [record_id, field],
            ).fetchone()


def counts(outcome: PushOutcome) -> tuple[int, int, int, int, int]:
    return (outcome.written, outcome.unchanged, outcome.skipped, outcome.rejected, outcome.held)


def test_what_was_planned_is_written_and_a_second_run_plans_nothing(line: Line) -> None:
    plan = line.plan()
    assert (plan.planned, plan.refused) == (12, 4)  # the converted lead is refused
    outcome = line.apply(plan)
    assert counts(outcome) == (12, 0, 0, 0, 0)
    record = line.record(LEADS[0])
    assert (record[PERSON], record[STAGE], float(record[SCORE])) == ("per_1", "MQL", 35.0)
    assert record[MQL_AT].startswith("2026-09-30T01:02:03")
    assert line.record(CONVERTED)[PERSON] is None
    assert line.ledger(LEADS[0], STAGE) == ("Prospect", "MQL", "written", None)
    line.pull()
    again = line.plan("run-2")
    assert (again.planned, again.unchanged) == (0, 12)
    line.sandbox.admin.reset_requests()
    assert line.apply(again, "run-2").api_calls == 0


def test_the_forecast_is_what_is_used(line: Line) -> None:
    plan = line.plan()
    line.sandbox.admin.reset_requests()
    outcome = line.apply(plan)
    assert outcome.api_calls == plan.api_calls_forecast + 1  # and the sign-in


def test_a_human_edit_between_plan_and_apply_stays(line: Line) -> None:
    plan = line.plan()
    line.sandbox.admin.change_record("salesforce", "Lead", LEADS[0], {STAGE: "Won", SCORE: 7})
    outcome = line.apply(plan)
    assert counts(outcome) == (10, 0, 2, 0, 0)
    record = line.record(LEADS[0])
    assert (record[STAGE], float(record[SCORE]), record[PERSON]) == ("Won", 7.0, "per_1")
    assert line.ledger(LEADS[0], STAGE) == ("Won", "Won", "skipped", "CHANGED_SINCE_PLAN")


def test_a_deleted_record_is_skipped(line: Line) -> None:
    plan = line.plan()
    line.sandbox.admin.delete_record("salesforce", "Lead", LEADS[0])
    outcome = line.apply(plan)
    assert counts(outcome) == (8, 0, 4, 0, 0)
    assert outcome.errors == {"RECORD_GONE": 4}


def test_a_lead_converted_between_plan_and_apply_is_skipped(line: Line) -> None:
    plan = line.plan()
    line.sandbox.admin.change_record("salesforce", "Lead", LEADS[0], {"IsConverted": True})
    outcome = line.apply(plan)
    assert counts(outcome) == (8, 0, 4, 0, 0)
    assert outcome.errors == {"CONVERTED_LEAD": 4}


def test_a_row_lock_is_waited_for(line: Line) -> None:
    plan = line.plan()
    line.sandbox.admin.faults(
        {"match": WRITES, "fault": "row_lock", "times": 4, "records": [LEADS[1]]}
    )
    assert counts(line.apply(plan)) == (12, 0, 0, 0, 0)
    assert line.record(LEADS[1])[STAGE] == "MQL"


def test_a_row_that_stays_locked_is_rejected_and_the_rest_written(line: Line) -> None:
    plan = line.plan()
    line.sandbox.admin.faults({"match": WRITES, "fault": "row_lock", "records": [LEADS[1]]})
    outcome = line.apply(plan)
    assert counts(outcome) == (8, 0, 0, 4, 0)
    assert set(outcome.errors) == {f"UNABLE_TO_LOCK_ROW: {name}" for name in DESIRED}


@pytest.mark.parametrize("fault", ["cut_after", "cut_before"])
def test_a_connection_cut_around_the_work_leaves_no_doubt(line: Line, fault: str) -> None:
    plan = line.plan()
    # More often than the session repeats by itself, so that only reading back can tell.
    line.sandbox.admin.faults({"match": WRITES, "fault": fault, "times": 5})
    assert counts(line.apply(plan)) == (12, 0, 0, 0, 0)
    assert line.ledger(LEADS[0], STAGE) == ("Prospect", "MQL", "written", None)


def test_an_expired_token_is_renewed(line: Line) -> None:
    plan = line.plan()
    line.sandbox.admin.faults({"match": WRITES, "fault": "expired_token", "times": 1})
    assert counts(line.apply(plan)) == (12, 0, 0, 0, 0)


def test_a_used_up_quota_holds_everything_and_a_later_run_takes_it_up(line: Line) -> None:
    plan = line.plan()
    data = {"vendor": "salesforce", "path_regex": "/services/data/"}
    line.sandbox.admin.faults({"match": data, "fault": "quota"})
    outcome = line.apply(plan)
    assert counts(outcome) == (0, 0, 0, 0, 12)
    assert outcome.errors == {"REQUEST_LIMIT_EXCEEDED": 12}
    line.sandbox.admin.clear_faults()
    assert counts(line.apply(plan, "run-2")) == (12, 0, 0, 0, 0)


def test_a_value_outside_a_restricted_picklist_is_rejected_and_its_row_goes_on(line: Line) -> None:
    line.pull({**DESIRED, STAGE: "見込み"})
    outcome = line.apply(line.plan())
    assert counts(outcome) == (9, 0, 0, 3, 0)
    assert outcome.errors == {f"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: {STAGE}": 3}
    record = line.record(LEADS[0])
    assert (record[STAGE], record[PERSON]) == ("Prospect", "per_1")


def test_a_field_that_the_org_lacks_is_held_by_name_and_the_rest_pushed(line: Line) -> None:
    line.pull({**DESIRED, "Not_Made_Yet__c": "x"})
    outcome = line.apply(line.plan())
    assert counts(outcome) == (12, 0, 0, 0, 3)
    assert outcome.errors == {"MISSING_FIELD: Not_Made_Yet__c": 3}


def test_a_wrong_credential_holds_everything(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = line.plan()
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", "not-it")
    outcome = line.apply(plan)
    assert counts(outcome) == (0, 0, 0, 0, 12)
    assert "not-it" not in str(outcome)
    assert line.record(LEADS[0])[STAGE] == "Prospect"


@pytest.mark.parametrize(("status", "code"), [(403, "INSUFFICIENT_ACCESS"), (404, "NOT_FOUND")])
def test_a_user_who_may_not_see_the_limits_can_push(line: Line, status: int, code: str) -> None:
    plan = line.plan()
    limits = {"vendor": "salesforce", "path_regex": "/limits"}
    body = [{"errorCode": code, "message": "not for you"}]
    line.sandbox.admin.faults({"match": limits, "fault": "status", "status": status, "body": body})
    assert line.apply(plan).written == 12

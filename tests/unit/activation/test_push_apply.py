"""Applying a plan: compare-and-set, retries, crashes, and counts that always add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from activation import ledger
from activation.plan import DesiredValue, Plan, PlanError, build_plan
from activation.push import PushOutcome, apply_plan
from tests.unit.activation.fake_writer import FakeWriter

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
STAGE, SCORE = "Lifecycle_Stage__c", "Lead_Score__c"


@dataclass
class Bench:
    """A stored plan that sets stage and score of every record of an org in memory."""

    state: Path
    writer: FakeWriter
    plan: Plan
    waits: list[float] = field(default_factory=list)

    def apply(self, run_id: str = "run-1") -> PushOutcome:
        outcome = apply_plan(
            self.plan.plan_id,
            self.state,
            run_id=run_id,
            now=AS_OF,
            writer=self.writer,
            sleep=self.waits.append,
        )
        parts = (
            outcome.written + outcome.unchanged + outcome.skipped + outcome.rejected + outcome.held
        )
        assert parts == outcome.planned == self.plan.planned
        return outcome

    def ledger_rows(self) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.state)) as connection:
            return connection.execute(
                """
                select record_id, field, before_value, after_value, outcome, error
                from ledger.latest_outcomes order by record_id, field
                """
            ).fetchall()


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    def build(records: int = 2, batch_size: int = 200) -> Bench:
        org = {f"00Q{i:03}": {STAGE: "Prospect", SCORE: None} for i in range(1, records + 1)}
        desired = [
            DesiredValue(one, name, old, new, kind, True, "理由", AS_OF, "per_1")
            for one in org
            for name, old, new, kind in (
                (STAGE, "Prospect", "MQL", "picklist"),
                (SCORE, None, "35", "number"),
            )
        ]
        plan = build_plan(
            desired, system="salesforce", object_name="lead", run_id="run-1", as_of=AS_OF
        )
        state = tmp_path / "state.duckdb"
        with duckdb.connect(str(state)) as connection:
            ledger.migrate(connection)
            ledger.save_plan(connection, plan)
        return Bench(state, FakeWriter(org, batch_size), plan)

    return build


def counts(outcome: PushOutcome) -> tuple[int, int, int, int, int]:
    return (
        outcome.written,
        outcome.unchanged,
        outcome.skipped,
        outcome.rejected,
        outcome.held,
    )


def test_everything_planned_is_written_with_its_before_and_after(
    bench: Callable[..., Bench],
) -> None:
    line = bench()
    assert counts(line.apply()) == (4, 0, 0, 0, 0)
    assert line.writer.records["00Q001"] == {STAGE: "MQL", SCORE: 35}
    assert line.ledger_rows()[:2] == [
        ("00Q001", SCORE, None, "35", "written", None),
        ("00Q001", STAGE, "Prospect", "MQL", "written", None),
    ]


def test_applying_again_makes_no_call(bench: Callable[..., Bench]) -> None:
    line = bench()
    line.apply()
    calls = line.writer.api_calls
    again = line.apply("run-2")
    assert counts(again) == (4, 0, 0, 0, 0)
    assert again.api_calls == 0
    assert line.writer.api_calls == calls


def test_batches_hold_no_more_than_the_system_takes(bench: Callable[..., Bench]) -> None:
    line = bench(records=5, batch_size=2)
    line.apply()
    assert [len(rows) for rows in line.writer.writes] == [2, 2, 1]


def test_a_human_edit_is_never_overwritten(bench: Callable[..., Bench]) -> None:
    line = bench()
    line.writer.records["00Q001"][STAGE] = "Won"
    outcome = line.apply()
    assert counts(outcome) == (3, 0, 1, 0, 0)
    assert outcome.errors == {"CHANGED_SINCE_PLAN": 1}
    assert line.writer.records["00Q001"] == {STAGE: "Won", SCORE: 35}
    assert ("00Q001", STAGE, "Won", "Won", "skipped", "CHANGED_SINCE_PLAN") in line.ledger_rows()


def test_a_field_emptied_by_a_human_is_a_human_edit(bench: Callable[..., Bench]) -> None:
    line = bench()
    line.writer.records["00Q001"][STAGE] = None
    assert counts(line.apply()) == (3, 0, 1, 0, 0)
    assert line.writer.records["00Q001"][STAGE] is None


def test_somebody_who_wrote_the_same_before_us_leaves_it_unchanged(
    bench: Callable[..., Bench],
) -> None:
    line = bench()
    line.writer.records["00Q001"][SCORE] = 35.0
    assert counts(line.apply()) == (3, 1, 0, 0, 0)


def test_a_record_that_is_gone_or_converted_is_skipped(bench: Callable[..., Bench]) -> None:
    line = bench()
    del line.writer.records["00Q001"]
    line.writer.closed.add("00Q002")
    outcome = line.apply()
    assert counts(outcome) == (0, 0, 4, 0, 0)
    assert outcome.errors == {"CONVERTED_LEAD": 2, "RECORD_GONE": 2}
    assert line.writer.writes == []


def test_locked_rows_are_tried_one_by_one_until_they_open(bench: Callable[..., Bench]) -> None:
    line = bench(records=3)
    line.writer.locks = {"00Q001": 2, "00Q003": 1}
    assert counts(line.apply()) == (6, 0, 0, 0, 0)
    assert [[row["Id"] for row in rows] for rows in line.writer.writes] == [
        ["00Q001", "00Q002", "00Q003"],
        ["00Q001"],
        ["00Q003"],
        ["00Q001"],
    ]
    assert line.waits == sorted(line.waits)
    assert len(line.waits) == 2


def test_whoever_held_the_lock_may_have_edited_the_record(bench: Callable[..., Bench]) -> None:
    line = bench(records=1)
    line.writer.locks["00Q001"] = 1
    line.writer.before_write = lambda: line.writer.records["00Q001"].update({STAGE: "Won"})
    assert counts(line.apply()) == (1, 0, 1, 0, 0)
    assert line.writer.records["00Q001"] == {STAGE: "Won", SCORE: 35}


def test_a_lock_that_never_opens_rejects_its_record_only(bench: Callable[..., Bench]) -> None:
    line = bench()
    line.writer.locks["00Q001"] = 99
    outcome = line.apply()
    assert counts(outcome) == (2, 0, 0, 2, 0)
    assert set(outcome.errors) == {f"UNABLE_TO_LOCK_ROW: {STAGE}", f"UNABLE_TO_LOCK_ROW: {SCORE}"}


def test_a_field_the_system_refuses_does_not_keep_the_rest_of_its_row(
    bench: Callable[..., Bench],
) -> None:
    line = bench()
    line.writer.bad_fields[STAGE] = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    outcome = line.apply()
    assert counts(outcome) == (2, 0, 0, 2, 0)
    assert outcome.errors == {f"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: {STAGE}": 2}
    assert line.writer.records["00Q001"] == {STAGE: "Prospect", SCORE: 35}


def test_an_error_that_names_no_field_rejects_its_row_only(bench: Callable[..., Bench]) -> None:
    line = bench()
    line.writer.bad_rows["00Q001"] = "CANNOT_EXECUTE_FLOW_TRIGGER"
    assert counts(line.apply()) == (2, 0, 0, 2, 0)
    assert line.writer.records["00Q002"][STAGE] == "MQL"


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_cut_connection_is_cleared_up_by_reading(bench: Callable[..., Bench], cut: str) -> None:
    line = bench()
    line.writer.cuts = [cut]
    assert counts(line.apply()) == (4, 0, 0, 0, 0)
    assert len(line.writer.writes) == (2 if cut == "before" else 1)
    assert ("00Q001", STAGE, "Prospect", "MQL", "written", None) in line.ledger_rows()


def test_a_system_that_goes_silent_holds_the_rest_and_a_later_run_continues(
    bench: Callable[..., Bench],
) -> None:
    line = bench(records=5, batch_size=2)
    line.writer.reads_until_down = 1
    outcome = line.apply()
    assert counts(outcome) == (4, 0, 0, 0, 6)
    assert outcome.errors == {"UNREACHABLE": 6}
    line.writer.reads_until_down = None
    assert counts(line.apply("run-2")) == (10, 0, 0, 0, 0)
    assert [len(rows) for rows in line.writer.writes] == [2, 2, 1]


def test_a_write_that_is_never_answered_holds_the_rest(bench: Callable[..., Bench]) -> None:
    line = bench(records=3, batch_size=2)
    line.writer.cuts = ["before"] * 99
    assert counts(line.apply()) == (0, 0, 0, 0, 6)
    assert all(rows[0]["Id"] == "00Q001" for rows in line.writer.writes)


def test_a_crash_after_the_write_is_recognised_as_our_own_write(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = bench()
    save = ledger.save_outcomes

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    line.writer.before_write = lambda: monkeypatch.setattr(ledger, "save_outcomes", die)
    with pytest.raises(KeyboardInterrupt):
        line.apply()
    monkeypatch.setattr(ledger, "save_outcomes", save)
    line.writer.before_write = lambda: None
    assert counts(line.apply("run-2")) == (4, 0, 0, 0, 0)
    assert len(line.writer.writes) == 1
    assert ("00Q001", STAGE, "Prospect", "MQL", "written", None) in line.ledger_rows()


def test_a_field_that_the_org_lacks_is_held_by_name_and_the_rest_is_pushed(
    bench: Callable[..., Bench],
) -> None:
    line = bench()
    line.writer.lacking = {STAGE: "MISSING_FIELD"}
    outcome = line.apply()
    assert counts(outcome) == (2, 0, 0, 0, 2)
    assert outcome.errors == {f"MISSING_FIELD: {STAGE}": 2}
    assert line.writer.records["00Q001"] == {STAGE: "Prospect", SCORE: 35}


def test_too_few_calls_left_hold_everything(bench: Callable[..., Bench]) -> None:
    line = bench()
    line.writer.allowance = line.plan.api_calls_forecast - 1
    outcome = line.apply()
    assert counts(outcome) == (0, 0, 0, 0, 4)
    assert outcome.errors == {"API_LIMIT_TOO_NEAR": 4}
    assert line.writer.writes == []
    line.writer.allowance = line.plan.api_calls_forecast
    assert counts(line.apply("run-2")) == (4, 0, 0, 0, 0)


def test_a_plan_that_was_changed_after_planning_is_not_applied(
    bench: Callable[..., Bench],
) -> None:
    line = bench()
    with duckdb.connect(str(line.state)) as connection:
        connection.execute(
            "update ledger.planned_changes set new_value = 'Won' where field = ?", [STAGE]
        )
    with pytest.raises(PlanError, match="not what was planned"):
        line.apply()
    assert line.writer.writes == []


def test_without_credentials_everything_is_held(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = bench()
    for name in ("SESSION_ID", "CONSUMER_KEY", "CONSUMER_SECRET", "USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"SALESFORCE_{name}", raising=False)
    outcome = apply_plan(line.plan.plan_id, line.state, run_id="run-1", now=AS_OF)
    assert (outcome.held, outcome.errors) == (4, {"SETTINGS": 4})


def test_errors_in_the_ledger_carry_no_value(bench: Callable[..., Bench]) -> None:
    line = bench()
    line.writer.bad_fields[STAGE] = "STRING_TOO_LONG"
    outcome = line.apply()
    assert "MQL" not in json.dumps(outcome.errors)

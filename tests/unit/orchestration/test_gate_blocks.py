"""A failed gate leaves yesterday's mart and pushes nothing; a passed one lets both go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from expectations.hygiene_suite import hygiene_suite
from expectations.validation import ExpectationOutcome, SuiteResult
from orchestration import runner
from orchestration.defs import gate, publish, push
from orchestration.resources import Line


class Recorder:
    """Stands in for the packages behind the gate and remembers that they were called."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def publish(self, *_: Any) -> Any:
        self.calls.append("publish")
        return type("Publication", (), {"path": Path("x"), "rows": {"persons": 1}})()


def outcome(*, success: bool) -> ExpectationOutcome:
    return ExpectationOutcome(
        table="persons",
        expectation="expect_column_values_to_be_unique",
        column="person_id",
        success=success,
        unexpected_count=0 if success else 2,
        unexpected_percent=0.0 if success else 1.0,
        sample_ids=() if success else ("p_1", "p_2"),
        rule="unique_id",
    )


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, success: bool) -> tuple[Any, Recorder]:
    recorder = Recorder()
    monkeypatch.setenv("KAKEHASHI_ENV_FILE", "/dev/null")
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KAKEHASHI_PUSH", "off")
    result = SuiteResult(suite="gate", success=success, results=(outcome(success=success),))
    monkeypatch.setattr(gate, "run_suite", lambda *_: result)
    monkeypatch.setattr(publish, "publish", recorder.publish)
    assets = [gate.gate, publish.published_mart, push.build_push_asset("salesforce", "lead")]
    ran = dg.materialize(
        assets,
        selection=dg.AssetSelection.assets(*assets),
        resources={"line": Line()},
        raise_on_error=False,
    )
    return ran, recorder


def test_a_failed_gate_stops_publication_and_push(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran, recorder = run(monkeypatch, tmp_path, success=False)
    assert not ran.success
    assert recorder.calls == []
    pushed = ran.asset_materializations_for_node("push__salesforce__lead")
    assert not list(pushed)


def test_the_terminal_names_what_failed_by_rule_and_ids(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran, _ = run(monkeypatch, tmp_path, success=False)
    told: list[str] = []
    progress = runner._Progress(told.append)
    for event in ran.all_events:
        progress.see_event(event, 0.0)
    [line] = [one for one in told if "FAILED" in one]
    assert "the audit did not pass: persons: unique_id fails for 2, such as p_1, p_2" in line
    assert "gate__mart" in line


def test_a_passed_gate_lets_them_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran, recorder = run(monkeypatch, tmp_path, success=True)
    assert ran.success
    assert recorder.calls == ["publish"]


def test_every_table_of_the_weekly_audit_has_a_check() -> None:
    audited = [suite.query.table for suite in hygiene_suite()]
    assert sorted(gate.HYGIENE_TABLES) == sorted(audited)

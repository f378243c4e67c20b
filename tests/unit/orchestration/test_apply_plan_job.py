"""The job that carries out a stored plan asks for its id and says what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from activation.push import PushOutcome
from orchestration.definitions import build_definitions
from orchestration.defs import push


def test_it_applies_the_plan_that_was_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Any] = []

    def apply_plan(plan_id: str, state: Path, **_: Any) -> PushOutcome:
        asked.append((plan_id, state))
        return PushOutcome(plan_id, 3, 2, 0, 1, 0, 0, {}, 4)

    monkeypatch.setattr(push, "apply_plan", apply_plan)
    monkeypatch.setenv("KAKEHASHI_ENV_FILE", "/dev/null")
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(tmp_path))
    job = build_definitions().resolve_job_def("apply_plan")
    config = {"ops": {"apply_stored_plan": {"config": {"plan_id": "plan_1"}}}}
    ran = job.execute_in_process(run_config=config, instance=dg.DagsterInstance.ephemeral())
    assert ran.success
    assert asked == [("plan_1", tmp_path / "state.duckdb")]


def test_it_does_not_start_without_an_id() -> None:
    job = build_definitions().resolve_job_def("apply_plan")
    with pytest.raises(dg.DagsterInvalidConfigError):
        job.execute_in_process(instance=dg.DagsterInstance.ephemeral())

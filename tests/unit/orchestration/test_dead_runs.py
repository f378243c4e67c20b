"""A run whose process was killed must not keep the next one waiting for the warehouse."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.instance import end_dead_runs, open_instance
from orchestration.settings import Settings


@dg.op(pool="duckdb")
def write() -> None:
    """Stands for any step that has the warehouse open."""


@dg.job(executor_def=dg.in_process_executor)
def line() -> None:
    write()


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dg.DagsterInstance:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return open_instance(Settings.from_environment({"KAKEHASHI_DATA_DIR": str(tmp_path)}))


def test_a_killed_run_is_ended_and_its_place_is_free(instance: dg.DagsterInstance) -> None:
    with instance:
        dead = instance.create_run_for_job(line, status=dg.DagsterRunStatus.STARTED)
        instance.event_log_storage.initialize_concurrency_limit_to_default("duckdb")
        claim = instance.event_log_storage.claim_concurrency_slot("duckdb", dead.run_id, "write")
        assert claim.is_claimed
        end_dead_runs(instance)
        assert instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.FAILURE
        assert instance.event_log_storage.get_concurrency_run_ids() == set()
        assert line.execute_in_process(instance=instance).success


def test_runs_that_ended_stay_as_they_are(instance: dg.DagsterInstance) -> None:
    with instance:
        done = line.execute_in_process(instance=instance)
        end_dead_runs(instance)
        assert instance.get_run_by_id(done.run_id).status == dg.DagsterRunStatus.SUCCESS

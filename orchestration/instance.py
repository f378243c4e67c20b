"""The Dagster instance of an installation: its home lies in the data folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import dagster as dg

from orchestration.settings import Settings

TEMPLATE = Path(__file__).with_name("dagster.yaml")


def prepare_home(settings: Settings) -> Path:
    """Creates the home with our `dagster.yaml` and points this process and its children at it."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(TEMPLATE, home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Opens the instance; close it with its context manager."""
    prepare_home(settings)
    return dg.DagsterInstance.get()


def end_dead_runs(instance: dg.DagsterInstance) -> None:
    """Ends what a killed process left open: its run, and its place in the pool of the warehouse.

    Without this the next run waits for that place for ever. Call it only while holding the
    installation (`readiness.only_run`): then no run that is noted as going on can be alive.
    """
    begun = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
    for run in instance.get_runs(begun):
        instance.report_run_failed(run, "The process of this run was killed.")
    storage = instance.event_log_storage
    for run_id in storage.get_concurrency_run_ids():
        storage.free_concurrency_slots_for_run(run_id)

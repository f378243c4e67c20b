"""Runs jobs once in this process with a line per step: what `make run` and `make sync` call."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from orchestration.definitions import build_definitions

Report = Callable[[str], None]


@dataclass(frozen=True)
class JobRun:
    """Outcome of one job.

    Attributes:
        seconds: Duration per step, in the order of the run.
        failed_steps: Steps that failed, with the first line of the reason.
    """

    job: str
    run_id: str
    succeeded: bool
    result: dg.ExecuteInProcessResult
    seconds: dict[str, float]
    failed_steps: dict[str, str]


def run_job(name: str, instance: dg.DagsterInstance, report: Report, log: Path) -> JobRun:
    """Executes a job in this process and reports each step as it ends.

    Args:
        name: The job.
        instance: Where the run is recorded; the UI shows it afterwards.
        report: Takes one line per step.
        log: File that takes what the tools print meanwhile.
    """
    job = build_definitions().resolve_job_def(name)
    run_id = str(uuid.uuid4())
    progress = _Progress(report)
    instance.add_event_listener(run_id, progress.see)
    report(f"{name}")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as stream, redirect_stdout(stream):
        result = job.execute_in_process(
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
        )
    return JobRun(name, run_id, result.success, result, progress.seconds, progress.failed)


class _Progress:
    """Turns Dagster's event log into a line per step."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.started: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self.failed: dict[str, str] = {}
        self.blocked: list[str] = []

    def see(self, entry: dg.EventLogEntry) -> None:
        """Called by the instance for every event of the run."""
        if entry.dagster_event is not None:
            self.see_event(entry.dagster_event, entry.timestamp)

    def see_event(self, event: dg.DagsterEvent, timestamp: float) -> None:
        """Takes note of one event of a step."""
        if event.step_key is None:
            return
        step, kind = event.step_key, event.event_type_value
        if kind == "STEP_START":
            self.started[step] = timestamp
        elif kind in ("STEP_SUCCESS", "STEP_FAILURE"):
            self._end(step, timestamp, event)
        elif kind == "ASSET_CHECK_EVALUATION":
            self._remember(event.asset_check_evaluation_data)
        elif kind == "STEP_SKIPPED":
            self.report(f"  {step:<28} skipped: an earlier step failed")

    def _remember(self, check: dg.AssetCheckEvaluation) -> None:
        """A failed check that blocks is told below its step, which fails because of it."""
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
            self.blocked.append(f"{check.check_name}: {check.description or 'failed'}")

    def _end(self, step: str, timestamp: float, event: dg.DagsterEvent) -> None:
        took = timestamp - self.started.get(step, timestamp)
        self.seconds[step] = took
        if event.event_type_value == "STEP_SUCCESS":
            self.report(f"  {step:<28} {took:6.1f} s")
            return
        error = event.step_failure_data.error
        cause = error
        while cause is not None and cause.cause is not None:
            cause = cause.cause
        self.failed[step] = cause.message.strip() if cause else "unknown"
        if self.blocked:
            self.failed[step] = f"the audit did not pass: {'; '.join(self.blocked)}"
            self.blocked = []
        self.report(f"  {step:<28} {took:6.1f} s  FAILED: {self.failed[step].splitlines()[0]}")

"""What a load of Marketo costs: calls, seconds, peak memory, against the sandbox on loopback.

``python -m tests.benchmarks.marketo_load [--leads 100000]`` prints one line per load: the
first, one without changes, one with 1 % of the leads changed. Each load is a process of its own, so
that its peak memory is its own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingestion.pipeline import load_source
from sandbox.testing import HandMadeWorld, running_sandbox
from sandbox.world.schema import marketo_fields

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
HISTORY = timedelta(days=170)
# an instance allows 100 calls in 20 seconds and moves an export once a minute; waiting is no cost
NO_WAITING = {"MARKETO_POLL_SECONDS": "0.05", "MARKETO_CALLS_PER_20S": "1000000"}


def world(leads: int) -> HandMadeWorld:
    """Leads with every field of the world filled, spread evenly over half a year."""
    texts = {one.name: "値" for one in marketo_fields() if one.type in ("string", "text", "phone")}
    rows = []
    for number in range(1, leads + 1):
        at = AS_OF - HISTORY + HISTORY * number / (leads + 1)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        row = {"id": 1000 + number, "email": f"p{number}@example.test", "leadScore": number % 50}
        stamps = {"createdAt": stamp, "updatedAt": stamp, "_changedAt": stamp}
        rows.append({**texts, **row, **stamps, "unsubscribed": False})
    program = {"id": 2001, "name": "P", "type": "default", "channel": "Content"}
    program |= {"createdAt": "2026-04-15T00:00:00Z", "updatedAt": "2026-04-15T00:00:00Z"}
    return HandMadeWorld(marketo={"leads": rows, "programs": [program]})


def load_once(folder: Path) -> None:
    """Load, and print what it cost."""
    began = time.monotonic()
    report = load_source("marketo", data_dir=folder, inbox_dir=folder, as_of=AS_OF)
    leads = next(one for one in report.resources if one.resource == "lead")
    cost = {
        "status": report.status,
        "leads loaded": leads.rows_loaded,
        "calls": report.api_calls,
        "seconds": round(time.monotonic() - began, 1),
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(cost), flush=True)


def main() -> None:
    """Serve the leads and load them three times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        load_once(given.folder)
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sandbox(world=world(given.leads)) as sandbox,
    ):
        sandbox.admin.switch_marketo(rate_calls=1_000_000, ready_seconds=0.0, job_seconds=0.0)
        settings = {**os.environ, **sandbox.environment, **NO_WAITING}
        command = [sys.executable, "-m", "tests.benchmarks.marketo_load", "--folder", folder]
        for label in ("first", "unchanged", "1 % changed"):
            if label == "1 % changed":
                for number in range(1001, 1001 + given.leads, 100):
                    change = {"title": "課長"}
                    sandbox.admin.change_record("marketo", "leads", str(number), change)
            print(f"{label:12}", end=" ", flush=True)
            subprocess.run(command, env=settings, check=True)


if __name__ == "__main__":
    main()

"""Counts what a load of HubSpot asks: the first one, one without changes, one with 1 % changed.

    python -m tests.benchmarks.ingestion_hubspot_calls [--people 1500]

The portal is the sandbox's; every call is counted by the sandbox and not by us.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import vendors.hubspot
from ingestion.pipeline import load_source
from sandbox.testing import RunningSandbox, running_sandbox

PAUSE_SECONDS = 1_200
CHANGED = {"contacts": "jobtitle", "companies": "name", "deals": "dealname"}
# the part of a path that tells its table, associations before what they lead to
_PARTS = {
    "associations": "association",
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "owners": "owner",
    "submissions": "form_submission",
    "forms": "form",
    "/email/": "email_event",
    "events": "event",
    "campaigns": "campaign",
}


def calls(sandbox: RunningSandbox, folder: Path) -> Counter[str]:
    """Load once, and return how often each table asked."""
    sandbox.admin.move_clock(advance_seconds=PAUSE_SECONDS)
    sandbox.admin.reset_requests()
    report = load_source("hubspot", data_dir=folder, inbox_dir=folder, as_of=sandbox.admin.now())
    if report.status != "ok":
        raise SystemExit(f"the load was {report.status}: {report.error}")
    found: Counter[str] = Counter()
    for path, count in sandbox.admin.requests()["by_path"].items():
        found[next(table for part, table in _PARTS.items() if part in path)] += count
    return found


def change(sandbox: RunningSandbox, one_in: int) -> None:
    """Let somebody edit one in so many contacts, companies and deals."""
    for kind, name in CHANGED.items():
        for row in sandbox.admin.records("hubspot", kind, archived="False")[::one_in]:
            sandbox.admin.change_record("hubspot", kind, row["id"], {"properties": {name: "変更"}})


def main() -> None:
    """Count three loads and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_500)
    people = parser.parse_args().people
    # the sandbox has no limit of calls
    vendors.hubspot.MIN_INTERVAL = 0.0
    with running_sandbox(people=people) as sandbox, tempfile.TemporaryDirectory() as folder:
        os.environ.update(sandbox.environment)
        first = calls(sandbox, Path(folder))
        unchanged = calls(sandbox, Path(folder))
        change(sandbox, 100)
        changed = calls(sandbox, Path(folder))
        kinds = {kind: len(sandbox.admin.records("hubspot", kind)) for kind in (*CHANGED, "forms")}
    out = sys.stdout.write
    out(", ".join(f"{count:,} {kind}" for kind, count in kinds.items()) + "\n")
    out(f"{'':<16}{'first':>8}{'unchanged':>11}{'1 % changed':>13}\n")
    for table in _PARTS.values():
        out(f"{table:<16}{first[table]:>8}{unchanged[table]:>11}{changed[table]:>13}\n")
    sums = (first.total(), unchanged.total(), changed.total())
    out(f"{'all':<16}{sums[0]:>8}{sums[1]:>11}{sums[2]:>13}\n")


if __name__ == "__main__":
    main()

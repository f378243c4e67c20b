"""Measures the first load of Salesforce, runs without and with changes, and peak memory.

    python -m tests.benchmarks.ingestion [--leads 200000] [--dicts 20000] [--memory 500000]

The sandbox runs in a process of its own and each way in another one. Rows as dicts take so much
memory that only some of them are loaded; their seconds are told per row.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.benchmarks.ingestion_server import lead


@contextmanager
def serving(leads: int) -> Iterator[dict[str, str]]:
    """Serve leads for the duration of the block; yields the settings."""
    command = [sys.executable, "-m", "tests.benchmarks.ingestion_server", str(leads)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin and server.stdout
        yield dict(json.loads(server.stdout.readline()))
        server.stdin.close()


def measured(way: str, folder: Path, settings: dict[str, str], rows: int = 0) -> dict[str, Any]:
    """Run one way in a process of its own and return what it told."""
    command = [sys.executable, "-m", "tests.benchmarks.ingestion_contestants"]
    done = subprocess.run(
        [*command, way, str(folder), str(rows)],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def told(title: str, found: dict[str, Any]) -> None:
    """Print one line."""
    rate = found["rows"] / found["seconds"]
    words = [f"{title:<34}", f"{found['rows']:>9,} rows", f"{found['seconds']:>7.1f} s"]
    words += [f"{rate:>9,.0f} rows/s", f"peak {found['peak_mb']:>6,.0f} MB"]
    if "calls" in found:
        words.append(f"{found['calls']} calls for {found['objects']} objects")
    sys.stdout.write("  ".join(words) + "\n")
    sys.stdout.flush()


def change(settings: dict[str, str], leads: int) -> None:
    """Change one lead of a hundred, as a person in Salesforce would."""
    with requests.Session() as session:
        for number in range(0, leads, 100):
            url = f"{settings['SALESFORCE_INSTANCE_URL']}/__sandbox/records/salesforce/Lead/"
            session.patch(url + lead(number)["Id"], json={"Title": "本部長"}, timeout=30)


def compare(leads: int, dict_rows: int, folder: Path) -> None:
    """Print the first load beside the two other ways, then runs after it."""
    with serving(leads) as settings:
        for way in ("ours", "bare"):
            # lets the sandbox render what it serves, so that its own time is not measured
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            measured(way, folder, settings)
        shutil.rmtree(folder)
        folder.mkdir()
        found = {"bare": measured("bare", folder, settings)}
        found["ours"] = measured("ours", folder, settings)
        found["dicts"] = measured("dicts", folder, settings, dict_rows)
        told("first load, ours", found["ours"])
        told("rows as dicts through dlt", found["dicts"])
        told("bare query_all_iter, nothing kept", found["bare"])
        seconds = {way: one["seconds"] / one["rows"] for way, one in found.items()}
        for other in ("dicts", "bare"):
            ratio = seconds[other] / seconds["ours"]
            sys.stdout.write(f"ours is {ratio:.1f} times as fast as {other}, per row\n")
        told("run without changes", measured("ours", folder, settings))
        change(settings, leads)
        told("run with 1 % changed", measured("ours", folder, settings))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=200_000)
    parser.add_argument("--dicts", type=int, default=20_000)
    parser.add_argument("--memory", type=int, default=500_000, help="leads; 0 leaves it out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-ingestion-") as name:
        compare(given.leads, min(given.dicts, given.leads), Path(name) / "load")
        if given.memory:
            with serving(given.memory) as settings:
                told("first load, memory", measured("ours", Path(name) / "memory", settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())

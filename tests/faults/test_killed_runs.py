"""A run that is killed leaves nothing that the next one cannot make whole.

The load runs in a process of its own, which SIGKILL ends while it reads or while it writes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.comparison import differences, told
from tests.faults.registry import SIDES
from tests.faults.surroundings import load, prepared
from tests.faults.vendor_side import Place

pytestmark = pytest.mark.integration

SOURCES = {side.source: side for side in SIDES}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with prepared(tmp_path, people=60, seed=1) as place:
        yield place


def killed(place: Place, source: str, is_time: Callable[[], bool]) -> None:
    """Start a load as its own process and kill it when the time has come."""
    settings = {**os.environ, **place.sandbox.environment, "PYTHONPATH": str(ROOT)}
    settings |= {
        "KAKEHASHI_DATA_DIR": str(place.data_dir),
        "KAKEHASHI_INBOX_DIR": str(place.inbox_dir),
        "AS_OF": place.admin.now().isoformat(),
        "MARKETO_POLL_SECONDS": "0.01",
    }
    command = [sys.executable, "-m", f"ingestion.sources.{source}"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 90
        while not is_time() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        assert process.poll() is None, "the load was done before it could be killed"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)


def assert_whole(place: Place, source: str) -> None:
    place.admin.clear_faults()
    side = SOURCES[source](place)
    assert load(place, source).status == "ok"
    found = differences(place.warehouse, source, side.holdings())
    assert not found, told(found)
    assert {one.rows_loaded for one in load(place, source).resources} == {0}


@pytest.mark.parametrize("source", ["salesforce", "hubspot", "marketo", "typeform", "sansan"])
def test_a_load_killed_while_it_reads(place: Place, source: str) -> None:
    path = {"salesforce": "/query", "marketo": "/bulk/"}.get(source, ".")
    match = {"vendor": source, "path_regex": path}
    # all cards of a small world come in one call
    skip = 0 if source == "sansan" else 2
    place.admin.faults(
        {"match": match, "fault": "latency", "seconds": 60, "skip": skip, "times": 1}
    )
    killed(place, source, lambda: bool(place.admin.faults()[0]["hits"]))
    assert_whole(place, source)


@pytest.mark.parametrize("source", ["salesforce", "hubspot", "card_files"])
def test_a_load_killed_while_it_writes(place: Place, source: str) -> None:
    """The folder of dlt's load packages appears when reading is done and writing begins."""
    if source == "card_files":
        folder = place.inbox_dir / "cards"
        folder.mkdir(parents=True, exist_ok=True)
        rows = "".join(f"架空 {number}子,株式会社例\n" for number in range(2_000))
        (folder / "名簿.csv").write_text(f"氏名,会社名\n{rows}", encoding="utf-8")
    packages = place.data_dir / "dlt" / source / "load" / "normalized"
    killed(place, source, lambda: packages.is_dir() and any(packages.iterdir()))
    if source == "card_files":
        report = load(place, source)
        assert (report.status, report.resources[0].rows_total) == ("ok", 2_000)
        assert [one.name for one in (place.inbox_dir / "cards" / "processed").iterdir()]
        return
    assert_whole(place, source)

"""The whole line as its user runs it: from messy vendors to mart, report and push, and again.

One sandbox and one data folder live through the module; the tests run in their order: the first run
does all the work, the second finds nothing to do, the third starts from a deleted warehouse.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from sandbox.testing import Sandbox, running_sandbox

pytestmark = pytest.mark.end_to_end

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-10-02T05:30:00Z"
PUSHED_FIELDS = ("Kakehashi_Person_Id__c", "Lifecycle_Stage__c", "Lead_Score__c")


@dataclass
class Line:
    """One installation against one sandbox."""

    sandbox: Sandbox
    data_dir: Path

    def run(self, *jobs: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data_dir),
            **self.sandbox.environment,
            "KAKEHASHI_ENV_FILE": os.devnull,
            "KAKEHASHI_DATA_DIR": str(self.data_dir),
            "KAKEHASHI_PUSH": "apply",
            "AS_OF": AS_OF,
            **settings,
        }
        command = [sys.executable, "-m", "orchestration", *jobs]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def published(self, query: str) -> list[tuple[object, ...]]:
        path = self.data_dir / "published" / "kakehashi.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    data_dir = tmp_path_factory.mktemp("data")
    with running_sandbox(people=400, seed=11) as sandbox:
        sandbox.drop_files(data_dir / "inbox")
        yield Line(sandbox, data_dir)


def row(output: str, label: str) -> list[str]:
    """The words of the row of the closing table that starts with `label`."""
    rows = [text for text in output.splitlines() if text.startswith(f"  {label} ")]
    assert rows, f"no row {label!r} in:\n{output}"
    return rows[-1][2 + len(label) :].split()


def planned(output: str, object_name: str) -> int:
    return int(row(output, f"salesforce {object_name}")[0].replace(",", ""))


def test_the_first_run_does_the_whole_job(line: Line) -> None:
    ran = line.run("sync", "friday_hygiene")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert planned(ran.stdout, "lead") > 100
    assert planned(ran.stdout, "contact") > 50
    assert line.published("select count(*) from mart.persons")[0][0] > 300
    assert (line.data_dir / "reports" / "friday" / "2026-10-02" / "report.html").is_file()
    assert (line.data_dir / "reports" / "friday" / "2026-10-02" / "decisions.xlsx").is_file()


def test_the_values_stand_in_salesforce(line: Line) -> None:
    stages = dict(line.published("select person_id, stage from mart.persons"))
    leads = [r for r in line.sandbox.admin.records("salesforce", "Lead") if not r["IsDeleted"]]
    open_leads = [lead for lead in leads if not lead["IsConverted"]]
    assert open_leads
    for lead in open_leads:
        assert lead["Lifecycle_Stage__c"] == stages[lead["Kakehashi_Person_Id__c"]]


def test_the_second_run_pulls_nothing_twice_and_pushes_nothing(line: Line) -> None:
    ids = line.published("select person_id from mart.persons order by 1")
    before = line.sandbox.admin.records("salesforce", "Lead")
    ran = line.run("sync", "friday_hygiene")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert planned(ran.stdout, "lead") == 0
    assert planned(ran.stdout, "contact") == 0
    for source in ("typeform", "sansan", "card_files", "campaign_spend"):
        assert row(ran.stdout, source)[1] == "0", source
    assert line.published("select person_id from mart.persons order by 1") == ids
    assert line.sandbox.admin.records("salesforce", "Lead") == before


def test_a_deleted_warehouse_comes_back_with_the_same_ids_and_no_push(line: Line) -> None:
    query = "select source_system, source_object, source_id, person_id from mart.person_sources"
    ids = line.published(f"{query} order by all")
    (line.data_dir / "warehouse.duckdb").unlink()
    ran = line.run("sync")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert planned(ran.stdout, "lead") == planned(ran.stdout, "contact") == 0
    assert line.published(f"{query} order by all") == ids


def test_a_source_that_is_down_is_reported_and_the_rest_goes_on(line: Line) -> None:
    line.sandbox.admin.set_faults(
        [{"match": {"vendor": "hubspot"}, "fault": "status", "status": 500}]
    )
    try:
        ran = line.run("sync")
    finally:
        line.sandbox.admin.clear_faults()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "failed" in row(ran.stdout, "hubspot")[-1]
    status = dict(
        line.published("select source, min(status) from mart.data_freshness group by source")
    )
    assert status["salesforce"] == "ok"
    assert status["hubspot"] != "ok"
    assert planned(ran.stdout, "lead") == 0


def test_no_secret_shows(line: Line) -> None:
    ran = line.run("sync", HUBSPOT_ACCESS_TOKEN="wrong-but-secret-token")
    assert ran.returncode == 0
    assert "wrong-but-secret-token" not in ran.stdout + ran.stderr

"""Two Fridays through real dbt: what is remembered, what is fixed, what the report says of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reporting.friday import build_friday_report
from tests.fixtures.reporting.friday_warehouse import AS_OF, FridayWarehouse, finding, person

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
RULE = "person__ng_to_pass_back"
COLUMNS = (
    "finding_id", "rule_id", "severity", "person_id", "account_id", "opportunity_id",
    "source_system", "source_object", "source_id", "attribute", "owner", "what_ja",
    "current_value", "proposed_value", "proposed_from", "evidence",
)  # fmt: skip


def find(warehouse: Path, *source_ids: str) -> None:
    """Puts in place what the rules would find today."""
    with duckdb.connect(str(warehouse)) as connection:
        columns = ", ".join([*(f"{name} varchar" for name in COLUMNS), "priority integer"])
        connection.execute(f"create or replace table hygiene.hygiene_findings_unioned ({columns})")
        connection.execute(
            "create or replace table hygiene.hygiene_checks_counted as "
            f"select '{RULE}' as rule_id, 40::bigint as checked"
        )
        for source_id in source_ids:
            row = finding(RULE, source_id, person_id="p1", attribute="status")
            connection.execute(
                f"insert into hygiene.hygiene_findings_unioned ({', '.join(COLUMNS)}) values "
                f"({', '.join('?' for _ in COLUMNS)})",
                [row.get(name) for name in COLUMNS],
            )


def friday(folder: Path, as_of: str) -> None:
    """What a sync and the Friday job do with the findings, in one call of dbt."""
    environment = {
        **os.environ,
        "DO_NOT_TRACK": "1",
        "KAKEHASHI_WAREHOUSE_PATH": str(folder / "w.duckdb"),
        "KAKEHASHI_STATE_PATH": str(folder / "state.duckdb"),
    }
    command = [
        str(Path(sys.executable).with_name("dbt")), "--quiet", "build",
        "--select", "tag:friday", "hygiene_findings", "hygiene_history",
        "--exclude", "resource_type:unit_test",
        "--project-dir", str(ROOT / "dbt_project"), "--profiles-dir", str(ROOT / "dbt_project"),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        "--vars", json.dumps({"as_of": as_of}),
    ]  # fmt: skip
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def rows(folder: Path, query: str, database: str = "w.duckdb") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / database), read_only=True) as connection:
        return connection.execute(query).fetchall()


MEMORY = "select week_start_on, finding_id from hygiene.remembered_sightings order by all"


def test_two_fridays_are_remembered_once_each_and_compared(tmp_path: Path) -> None:
    warehouse = FridayWarehouse(persons=[person("p1")]).write(tmp_path / "w.duckdb")
    find(warehouse, "L1", "L2", "L3")
    friday(tmp_path, "2026-09-25T05:30:00Z")

    find(warehouse, "L1", "L4")
    friday(tmp_path, "2026-10-02T05:30:00Z")
    once = rows(tmp_path, MEMORY, "state.duckdb")
    tables = "select * from mart.hygiene_findings order by all"
    marts = rows(tmp_path, tables)
    friday(tmp_path, "2026-10-02T05:30:00Z")
    assert rows(tmp_path, MEMORY, "state.duckdb") == once
    assert rows(tmp_path, tables) == marts
    assert len(once) == 5

    found = rows(
        tmp_path,
        "select source_id, status, first_seen_on, last_seen_on"
        " from mart.hygiene_findings order by source_id",
    )
    assert found == [
        ("L1", "open", date(2026, 9, 25), date(2026, 10, 2)),
        ("L2", "fixed", date(2026, 9, 25), date(2026, 9, 25)),
        ("L3", "fixed", date(2026, 9, 25), date(2026, 9, 25)),
        ("L4", "open", date(2026, 10, 2), date(2026, 10, 2)),
    ]
    report = build_friday_report(warehouse, tmp_path, as_of=AS_OF, salesforce_url=None)
    assert (report.counts[RULE], report.previous_counts) == (2, {RULE: 3})
    (ng,) = [count for count in report.classes if count.name == "ng"]
    assert (ng.change, ng.fixed, ng.new, ng.checked) == (-1, 2, 1, 40)

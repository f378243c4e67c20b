"""The whole dbt project on a warehouse whose sources are all off, with every dbt unit test.

A fresh installation has no credentials at first, and a source may be off for good: every model
must build, keep its contract and pass its tests with nothing in the raw layer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from activation import ledger
from identity import registry
from ingestion.landing import ensure_raw_tables

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both databases after one `dbt build`, unit tests included."""
    folder = tmp_path_factory.mktemp("without_sources")
    ensure_raw_tables(folder / "warehouse.duckdb")
    with duckdb.connect(str(folder / "state.duckdb")) as connection:
        registry.migrate(connection)
        ledger.migrate(connection)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "build",
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            *("--vars", json.dumps({"as_of": "2026-10-02T05:30:00Z"})),
        ],
        cwd=ROOT,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("KAKEHASHI_", "DBT_"))},
            "DO_NOT_TRACK": "1",
            "PYTHONPATH": str(ROOT),
            "KAKEHASHI_WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
            "KAKEHASHI_STATE_PATH": str(folder / "state.duckdb"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return folder


def outcomes(folder: Path) -> list[tuple[str, str]]:
    """Kind and status of everything that dbt ran."""
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return [(result["unique_id"].split(".")[0], result["status"]) for result in results]


def test_everything_was_built_and_every_test_passed(built: Path) -> None:
    assert {status for _, status in outcomes(built)} == {"success", "pass"}


def test_the_unit_tests_of_the_rules_ran(built: Path) -> None:
    kinds = [kind for kind, _ in outcomes(built)]
    assert kinds.count("unit_test") >= 60
    assert kinds.count("model") == len(list(PROJECT.glob("models/**/*.sql"))) + len(
        list(PROJECT.glob("models/**/*.py"))
    )


def test_the_mart_is_there_and_empty(built: Path) -> None:
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'mart'"
        ).fetchall()
        counts = {
            name: connection.execute(f'select count(*) from mart."{name}"').fetchone()
            for (name,) in tables
        }
    assert {"persons", "accounts", "person_sources", "opportunities"} <= set(counts)
    assert {name for name, count in counts.items() if count != (0,)} <= {"hygiene_history"}

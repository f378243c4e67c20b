"""The made-up world pulled over HTTP and unified by the real dbt models.

The slow and honest path of the identity benchmark: sandbox, ingestion, staging, identity.
"""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import duckdb
import pyarrow as pa

from identity.registry import migrate
from ingestion.landing import SOURCES, ensure_raw_tables
from ingestion.pipeline import load_source
from sandbox.testing import running_sandbox
from sandbox.world.world import World

PROJECT = Path(__file__).parents[2] / "dbt_project"
AGREEMENT = PROJECT / "seeds" / "agreement"
AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
SELECTED = (
    "+int_person_sources_assigned",
    "+int_account_sources_assigned",
    "identity_registry",
    "identity_redirects",
)


def pull(world: World, folder: Path) -> None:
    """Serve the world on loopback and land every source in the folder's warehouse."""
    inbox = folder / "inbox"
    with (
        running_sandbox(world=world, inbox=inbox) as sandbox,
        mock.patch.dict(os.environ, sandbox.environment),
    ):
        for source in SOURCES:
            report = load_source(source, data_dir=folder, inbox_dir=inbox, as_of=AS_OF)
            if report.status != "ok":
                print(f"  {source}: {report.status} {report.error}")
    ensure_raw_tables(folder / "warehouse.duckdb")


def unify(
    folder: Path,
    *selected: str,
    command: str = "build",
    agreement: Path = AGREEMENT,
    tested: bool = True,
) -> None:
    """Run the identity models (or the selected ones) and all they stand on.

    Raises:
        RuntimeError: dbt failed; its last lines are in the message.
    """
    with duckdb.connect(str(folder / "state.duckdb")) as state:
        migrate(state)
    # dbt writes what it compiles over a seed that it knows by an absolute path: give it a copy
    seeds = shutil.copytree(agreement, folder / "agreement", dirs_exist_ok=True)
    settings = {
        "KAKEHASHI_WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
        "KAKEHASHI_STATE_PATH": str(folder / "state.duckdb"),
        "KAKEHASHI_AGREEMENT_BUILD_DIR": str(seeds.resolve()),
        "DO_NOT_TRACK": "1",
        # the Python models import identity from the root of the checkout
        "PYTHONPATH": str(PROJECT.parent),
    }
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    scratch = ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    dbt = str(Path(sys.executable).with_name("dbt"))
    choice = ["--select", *(selected or SELECTED), "--exclude-resource-type", "unit_test"]
    choice += [] if tested else ["test"]
    choice += ["--indirect-selection", "cautious"]
    result = subprocess.run(
        [
            dbt,
            "--no-use-colors",
            command,
            *folders,
            *scratch,
            *choice,
            "--vars",
            f"{{as_of: '{AS_OF.isoformat()}'}}",
        ],
        capture_output=True,
        text=True,
        env={**os.environ, **settings},
        check=False,
        cwd=PROJECT.parent,
    )
    if result.returncode:
        raise RuntimeError(result.stdout[-4000:])


def read(folder: Path, table: str) -> pa.Table:
    """One table of the folder's warehouse."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as warehouse:
        return warehouse.sql(f"select * from {table}").to_arrow_table()

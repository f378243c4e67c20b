"""One full build of staging to marts over a warehouse, as the job `sync` runs it, and its cost.

Not here: how the warehouse is made (`lifecycle_world`) and what is printed (`lifecycle`).
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import duckdb

from orchestration.dbt import PROJECT_DIR, dbt_executable
from orchestration.resources import Line, dbt_vars
from tests.benchmarks.line_records import AS_OF
from tests.benchmarks.peak_memory import gigabytes

FRIDAY = "tag:friday"


@dataclass(frozen=True)
class Build:
    """What one run of dbt cost.

    Attributes:
        seconds: by the clock, with dbt's own start and all data tests.
        cpu_seconds: of all threads; says more than the clock when the machine has other work.
        peak_gb: highest resident memory of the process, which holds DuckDB.
        nodes: seconds by the clock per model, seed, snapshot and test, dearest first.
    """

    seconds: float
    cpu_seconds: float
    peak_gb: float
    nodes: dict[str, float]

    def of_kind(self, *kinds: str) -> dict[str, float]:
        """Seconds per node of these kinds (`model`, `snapshot`, `seed`, `test`) by its name."""
        chosen = {name: s for name, s in self.nodes.items() if name.split(".")[0] in kinds}
        return {name.split(".")[2]: seconds for name, seconds in chosen.items()}


def build(folder: Path, left_out: list[str]) -> Build:
    """Build everything that `sync` builds but the models left out, whose tables are there.

    Raises:
        RuntimeError: dbt failed; its last lines are in the message.
    """
    target = folder / "dbt"
    with mock.patch.dict(os.environ, {"KAKEHASHI_DATA_DIR": str(folder)}):
        Line().prepare_unify(AS_OF)
        command = [dbt_executable(), "--no-use-colors", "build"]
        command += ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
        command += ["--target-path", str(target), "--log-path", str(folder / "logs")]
        command += ["--exclude-resource-type", "unit_test", "--vars", dbt_vars(AS_OF)]
        command += ["--exclude", FRIDAY, *left_out]
        cost = _measured(command, folder / "dbt.log")
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    nodes = {result["unique_id"]: float(result["execution_time"]) for result in results}
    dearest_first = dict(sorted(nodes.items(), key=lambda node: -node[1]))
    return Build(*cost, dearest_first)


def _measured(command: list[str], log: Path) -> tuple[float, float, float]:
    """Seconds by the clock and of processors, and highest gigabytes, of a command that succeeds."""
    started = time.perf_counter()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(log.read_text(encoding="utf-8")[-4000:])
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - started, cpu_seconds, gigabytes(usage)


def row_counts(warehouse: Path) -> dict[str, int]:
    """Rows per table, `schema.table`, without the loader's own."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        found = con.execute(
            """
            select schema_name || '.' || table_name, estimated_size
            from duckdb_tables()
            where not starts_with(table_name, '_dlt')
            order by all
            """
        ).fetchall()
    return dict(found)


def scan(warehouse: Path) -> float:
    """Seconds to read every column of every raw row once and aggregate it: the floor."""
    command = [sys.executable, "-m", "tests.benchmarks.lifecycle_run", str(warehouse)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def _scan(warehouse: Path) -> float:
    tables = [name for name in row_counts(warehouse) if name.startswith("raw_")]
    with duckdb.connect(str(warehouse), read_only=True) as con:
        started = time.perf_counter()
        for name in tables:
            schema, table = name.split(".", 1)
            con.execute(
                f'select count(*), bit_xor(hash(kept)) from {schema}."{table}" as kept'
            ).fetchall()
        return time.perf_counter() - started


if __name__ == "__main__":
    print(_scan(Path(sys.argv[1])))

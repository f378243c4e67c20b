"""One installation of the product against one sandbox, run as its user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from sandbox.testing import RunningSandbox

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-10-02T05:30:00Z"


@dataclass
class Line:
    """One installation against one sandbox."""

    sandbox: RunningSandbox
    data_dir: Path

    def environment(self, **settings: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data_dir),
            **self.sandbox.environment,
            "KAKEHASHI_ENV_FILE": os.devnull,
            "KAKEHASHI_DATA_DIR": str(self.data_dir),
            "KAKEHASHI_PUSH": "apply",
            "AS_OF": AS_OF,
            **settings,
        }

    def run(self, *jobs: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "orchestration", *jobs],
            cwd=ROOT,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def kill_after(self, line_of_output: str, *jobs: str) -> str:
        """Kills a run, so that it can tidy up nothing, once it has told of a step."""
        command = [sys.executable, "-m", "orchestration", *jobs]
        with subprocess.Popen(
            command, cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            seen = ""
            for text in process.stdout:
                seen += text
                if line_of_output in text:
                    break
            process.kill()
        return seen

    def published(self, query: str) -> list[tuple[object, ...]]:
        path = self.data_dir / "published" / "kakehashi.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def people(self) -> list[tuple[object, ...]]:
        """Which record belongs to whom."""
        columns = "source_system, source_object, source_id, person_id, account_id"
        return self.published(f"select {columns} from mart.person_sources order by all")

"""Where the dbt project lies and how its manifest comes to be, also on a fresh clone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dagster_dbt import DbtProject

from orchestration.settings import PROJECT_DIR

__all__ = ["PROJECT_DIR", "dbt_executable", "dbt_project"]

_SOURCES = ("*.sql", "*.yml", "*.csv", "*.py")


def dbt_executable() -> str:
    """The dbt of this environment, also when its bin folder is not on PATH."""
    return str(Path(sys.executable).with_name("dbt"))


def dbt_project() -> DbtProject:
    """The project with a manifest that is not older than its files.

    Raises:
        RuntimeError: dbt cannot parse the project; the message is dbt's own.
    """
    project = DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR)
    if _is_stale(project.manifest_path):
        _parse()
    return project


def _is_stale(manifest: Path) -> bool:
    if not manifest.is_file():
        return True
    made = manifest.stat().st_mtime
    built = {PROJECT_DIR / "target", PROJECT_DIR / "logs"}
    return any(
        path.stat().st_mtime > made
        for pattern in _SOURCES
        for path in PROJECT_DIR.rglob(pattern)
        if not built.intersection(path.parents)
    )


def _parse() -> None:
    command = [dbt_executable(), "--quiet", "--no-use-colors", "parse"]
    folders = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    result = subprocess.run(
        [*command, *folders],
        capture_output=True,
        text=True,
        env={**os.environ, "DO_NOT_TRACK": "1"},
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"dbt cannot parse dbt_project:\n{result.stdout[-2000:]}")

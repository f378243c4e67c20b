"""Finds the agreement tables of this installation, has them checked, and merges them for dbt.

dbt knows no fallback between two seed folders, so both are copied into a build folder: a table that
the company has wins, one that it lacks falls back to the project's. The build folder lies inside
the dbt project and is named by a relative path, because dbt writes what it compiles over a seed
that it knows by an absolute one. What a table may hold is judged by `expectations.agreement`.
"""

from __future__ import annotations

import codecs
import hashlib
import os
from pathlib import Path

import duckdb

from expectations.agreement import (
    AgreementFolders,
    AgreementReport,
    Fault,
    KnownUser,
    check_agreement,
)
from orchestration.settings import PROJECT_DIR, Settings, SettingsError

DEFAULT_DIR = PROJECT_DIR / "seeds" / "agreement"


def require_valid(settings: Settings) -> AgreementReport:
    """Checks every table as a run would see it.

    Raises:
        SettingsError: Lists every fault with file, line, column and what is allowed.
    """
    report = check_agreement(folders(settings))
    if report.faults:
        raise SettingsError(_listed(report.faults))
    return report


def notes(settings: Settings) -> list[str]:
    """What is worth a look in the tables and stops nothing, in the words of a fault."""
    report = check_agreement(folders(settings), _users(settings.warehouse))
    return [_here(fault) for fault in report.notes]


def _users(warehouse: Path) -> list[KnownUser]:
    """The users of Salesforce as they were last read; none before, and none during a run."""
    if not warehouse.exists():
        return []
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select id, email, coalesce(is_active, false) from raw_salesforce.user"
            ).fetchall()
    except (duckdb.CatalogException, duckdb.IOException):
        return []
    return [KnownUser(user_id, email, is_active) for user_id, email, is_active in rows]


def folders(settings: Settings) -> AgreementFolders:
    """Where the tables of this installation and their descriptions lie."""
    return AgreementFolders(
        models=PROJECT_DIR / "models",
        project=DEFAULT_DIR,
        reference=PROJECT_DIR / "seeds" / "reference",
        own=settings.agreement_dir,
    )


def table_in_force(settings: Settings, file_name: str) -> Path:
    """The company's own copy of a table, else the project's."""
    own = settings.agreement_dir / file_name if settings.agreement_dir else None
    return own if own and own.exists() else DEFAULT_DIR / file_name


def build(settings: Settings) -> Path:
    """Checks the tables, writes the merged folder and returns its path below the dbt project.

    Raises:
        SettingsError: Lists every fault with file, line, column and what is allowed.
    """
    require_valid(settings)
    installation = hashlib.sha256(str(settings.data_dir).encode()).hexdigest()[:12]
    target = PROJECT_DIR / "target" / "agreement" / installation
    target.mkdir(parents=True, exist_ok=True)
    own = sorted(settings.agreement_dir.glob("*.csv")) if settings.agreement_dir else []
    for stale in target.glob("*.csv"):
        stale.unlink()
    for source in [*DEFAULT_DIR.glob("*.csv"), *own]:
        # Excel begins a UTF-8 file with a mark that not every reader of the build folder skips.
        content = source.read_bytes().removeprefix(codecs.BOM_UTF8)
        (target / source.name).write_bytes(content)
    return target.relative_to(PROJECT_DIR)


def _listed(faults: tuple[Fault, ...]) -> str:
    lines = [
        f"業務ルールの表に誤りが {len(faults)} 件あります。直してから、もう一度実行してください。"
    ]
    return "\n".join([*lines, *(f"  {_here(fault)}" for fault in faults)])


def _here(fault: Fault) -> str:
    """A fault with its path as seen from where the command runs."""
    return str(fault).removeprefix(f"{Path.cwd()}{os.sep}")

"""Merges the company's own agreement tables over the project's into one folder for dbt's seeds.

dbt knows no fallback between two seed folders, so both are copied into a build folder: a table that
the company has wins, one that it lacks falls back to the project's.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.dbt import PROJECT_DIR
from orchestration.settings import Settings, SettingsError

DEFAULT_DIR = PROJECT_DIR / "seeds" / "agreement"


def build(settings: Settings) -> Path:
    """Writes the merged folder below the data folder and returns its absolute path.

    Raises:
        SettingsError: The company's folder holds a table that the agreement does not know.
    """
    target = settings.data_dir / "agreement"
    target.mkdir(parents=True, exist_ok=True)
    own = _own_tables(settings)
    for stale in target.glob("*.csv"):
        stale.unlink()
    for source in [*DEFAULT_DIR.glob("*.csv"), *own]:
        shutil.copyfile(source, target / source.name)
    return target


def _own_tables(settings: Settings) -> list[Path]:
    if settings.agreement_dir is None:
        return []
    known = {path.name for path in DEFAULT_DIR.glob("*.csv")}
    own = sorted(settings.agreement_dir.glob("*.csv"))
    unknown = [path.name for path in own if path.name not in known]
    if unknown:
        raise SettingsError(
            f"KAKEHASHI_AGREEMENT_DIR holds {', '.join(unknown)}, unknown to the agreement; "
            f"known tables: {', '.join(sorted(known))}."
        )
    return own

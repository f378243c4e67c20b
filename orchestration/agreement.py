"""Merges the company's own agreement tables over the project's into one folder for dbt's seeds.

dbt knows no fallback between two seed folders, so both are copied into a build folder: a table that
the company has wins, one that it lacks falls back to the project's. The build folder lies inside
the dbt project and is named by a relative path, because dbt writes what it compiles over a seed
that it knows by an absolute one.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from orchestration.dbt import PROJECT_DIR
from orchestration.settings import Settings, SettingsError

DEFAULT_DIR = PROJECT_DIR / "seeds" / "agreement"


def build(settings: Settings) -> Path:
    """Writes the merged folder of this installation and returns its path below the dbt project.

    Raises:
        SettingsError: The company's folder holds a table that the agreement does not know.
    """
    installation = hashlib.sha256(str(settings.data_dir).encode()).hexdigest()[:12]
    target = PROJECT_DIR / "target" / "agreement" / installation
    target.mkdir(parents=True, exist_ok=True)
    own = own_tables(settings)
    for stale in target.glob("*.csv"):
        stale.unlink()
    for source in [*DEFAULT_DIR.glob("*.csv"), *own]:
        shutil.copyfile(source, target / source.name)
    return target.relative_to(PROJECT_DIR)


def own_tables(settings: Settings) -> list[Path]:
    """The company's own agreement tables.

    Raises:
        SettingsError: The company's folder holds a table that the agreement does not know.
    """
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

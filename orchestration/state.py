"""Keeps `state.duckdb` safe: a backup before every run that writes it, migrations, never a drop.

Each package owns its schema there and brings its own migrations; this module only calls them.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.settings import Settings

KEPT_BACKUPS = 10


def prepare(settings: Settings, as_of: datetime) -> None:
    """Backs the state up and brings its schemas to what the code expects.

    Args:
        settings: Where the state lies.
        as_of: Names the backup; a second run for the same instant keeps the first backup.
    """
    from activation.ledger import migrate as migrate_ledger
    from identity.registry import migrate as migrate_registry

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _back_up(settings.state, settings.data_dir / "backups", as_of)
    with duckdb.connect(str(settings.state)) as connection:
        connection.execute("set timezone = 'UTC'")
        migrate_registry(connection)
        migrate_ledger(connection)


def _back_up(state: Path, folder: Path, as_of: datetime) -> None:
    if not state.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"state-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}.duckdb"
    if not target.exists():
        _copy(state, target)
    for old in sorted(folder.glob("state-*.duckdb"))[:-KEPT_BACKUPS]:
        old.unlink()


def _copy(state: Path, target: Path) -> None:
    with duckdb.connect(str(state)) as connection:
        connection.execute("checkpoint")
    partial = target.with_suffix(".partial")
    shutil.copyfile(state, partial)
    partial.replace(target)

"""state.duckdb is backed up before it is written, migrated, and never dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration import state
from orchestration.settings import Settings

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"KAKEHASHI_DATA_DIR": str(tmp_path)})


def test_prepare_creates_the_schemas_and_keeps_what_is_there(tmp_path: Path) -> None:
    state.prepare(settings(tmp_path), AS_OF)
    with duckdb.connect(str(tmp_path / "state.duckdb")) as connection:
        connection.execute("create schema kept; create table kept.decision as select 1 as id")
    state.prepare(settings(tmp_path), AS_OF + timedelta(hours=1))
    with duckdb.connect(str(tmp_path / "state.duckdb")) as connection:
        assert connection.execute("select id from kept.decision").fetchall() == [(1,)]
        found = connection.execute("select schema_name from duckdb_schemas()").fetchall()
    assert {"identity", "ledger"} <= {name for (name,) in found}


def test_the_backup_holds_the_state_of_before(tmp_path: Path) -> None:
    state.prepare(settings(tmp_path), AS_OF)
    state.prepare(settings(tmp_path), AS_OF + timedelta(hours=1))
    backup = tmp_path / "backups" / "state-20261002T063000Z.duckdb"
    with duckdb.connect(str(backup), read_only=True) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_old_backups_go_and_the_newest_stay(tmp_path: Path) -> None:
    for hour in range(state.KEPT_BACKUPS + 4):
        state.prepare(settings(tmp_path), AS_OF + timedelta(hours=hour))
    names = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert len(names) == state.KEPT_BACKUPS
    assert names[-1] == "state-20261002T183000Z.duckdb"

"""What must hold before a run: each thing that does not is named in one plain sentence."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration import readiness
from orchestration.readiness import NotReady
from orchestration.settings import Settings, SettingsError


def settings(data_dir: Path, **more: str) -> Settings:
    return Settings.from_environment({"KAKEHASHI_DATA_DIR": str(data_dir), **more})


@contextmanager
def held_by_another(program: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs `program` with `path` and then waits."""
    command = [sys.executable, "-c", f"{program}; print('held', flush=True); input()", str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


def test_a_fresh_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    readiness.check_folder(settings(tmp_path / "deep" / "data"))
    assert list((tmp_path / "deep" / "data").iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"KAKEHASHI_DATA_DIR is .*cannot be written \(Not a"):
        readiness.check_folder(settings(tmp_path / "file" / "data"))


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(SettingsError, match=r"cannot be written .Read-only file system"):
        readiness.check_folder(settings(tmp_path))


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(readiness, "NEEDED_MIB", 2**40)
    with pytest.raises(NotReady, match=r"the disk of .* is full: \d+ MiB are free"):
        readiness.check_folder(settings(tmp_path))


def test_an_unknown_agreement_table_is_named_before_anything_runs(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "scoring.csv").write_text("rule_id\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"scoring\.csv.*scoring_rules\.csv"):
        readiness.check_agreement(settings(tmp_path, KAKEHASHI_AGREEMENT_DIR=str(own)))


@pytest.mark.parametrize("name", ["warehouse", "state"])
def test_a_file_that_another_process_has_open(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.duckdb"
    duckdb.connect(str(path)).close()
    program = "import duckdb, sys; held = duckdb.connect(sys.argv[1])"
    with (
        held_by_another(program, path) as other,
        pytest.raises(NotReady, match=rf"process {other.pid} has .*{name}\.duckdb open; close it"),
    ):
        readiness.check_files(settings(tmp_path))


def test_a_dbt_that_outlives_its_killed_run_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(path)).close()
    program = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); dbt = 1"
    with held_by_another(program, path) as other:
        threading.Timer(1.0, other.kill).start()
        readiness.check_files(settings(tmp_path))


@pytest.mark.parametrize(
    ("name", "remedy"), [("warehouse", "delete it and run again"), ("state", "backups")]
)
def test_a_damaged_file(tmp_path: Path, name: str, remedy: str) -> None:
    (tmp_path / f"{name}.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(NotReady, match=rf"{name}\.duckdb is damaged.*{remedy}"):
        readiness.check_files(settings(tmp_path))


def test_files_that_are_there_and_free_are_fine(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    readiness.check_files(settings(tmp_path))


def test_a_second_run_waits_its_turn_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    program = "import fcntl, sys; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX)"
    lock = tmp_path / readiness.LOCK_FILE
    with (
        held_by_another(program, lock),
        pytest.raises(NotReady, match="another run is going on in"),
        readiness.only_run(settings(tmp_path)),
    ):
        pass
    with readiness.only_run(settings(tmp_path)):
        pass

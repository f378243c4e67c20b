"""What a user can get wrong before anything runs is one plain sentence and a non-zero exit."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]


def call(tmp_path: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "KAKEHASHI_ENV_FILE": os.devnull,
        "KAKEHASHI_DATA_DIR": str(tmp_path / "data"),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def sentence(ran: subprocess.CompletedProcess[str]) -> str:
    lines = ran.stderr.strip().splitlines()
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("Kakehashi: ")
    return lines[0]


def test_a_wrong_setting(tmp_path: Path) -> None:
    ran = call(tmp_path, "orchestration", "sync", KAKEHASHI_PUSH="everything")
    assert ran.returncode == 2
    assert "KAKEHASHI_PUSH is 'everything'; allowed: off, plan, apply" in sentence(ran)


def test_a_broken_settings_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.env"
    broken.write_text("KAKEHASHI_PUSH plan\n", encoding="utf-8")
    ran = call(tmp_path, "orchestration", "sync", KAKEHASHI_ENV_FILE=str(broken))
    assert ran.returncode == 2
    assert "line 1 is not of the form NAME=value" in sentence(ran)


def test_an_unknown_job(tmp_path: Path) -> None:
    ran = call(tmp_path, "orchestration", "sink")
    assert ran.returncode == 2
    assert "sink" in sentence(ran)
    assert "friday_hygiene" in sentence(ran)


@pytest.mark.parametrize("words", [("orchestration", "ui"), ("sandbox",)])
def test_a_port_in_use(tmp_path: Path, words: tuple[str, ...]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = call(tmp_path, *words, "--port", port)
    assert ran.returncode == 2
    assert f"port {port} is in use" in ran.stderr.lower()


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ran = call(
        tmp_path, "orchestration", "sync", KAKEHASHI_DATA_DIR=str(tmp_path / "file" / "data")
    )
    assert ran.returncode == 2
    assert "KAKEHASHI_DATA_DIR is" in sentence(ran)


def test_a_warehouse_that_somebody_has_open(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with duckdb.connect(str(data_dir / "warehouse.duckdb")):
        ran = call(tmp_path, "orchestration", "sync")
    assert ran.returncode == 1
    assert f"process {os.getpid()} has {data_dir / 'warehouse.duckdb'} open" in sentence(ran)
    assert ran.stdout == ""

"""`make agreement` and every job check the agreement tables first and stop with exit code 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration import __main__ as command
from orchestration import agreement
from orchestration.resources import Line
from orchestration.settings import SettingsError

ROOT = Path(__file__).resolve().parents[3]
LABELS = "label,minimum_score,meaning_ja\n高,50,今すぐ\n中,20,将来性\n低,,経過観察\n"


def run(own: Path, data: Path, *what: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KAKEHASHI_")}
    return subprocess.run(
        [sys.executable, "-m", "orchestration", *what],
        cwd=ROOT,
        env={
            **clean,
            "KAKEHASHI_DATA_DIR": str(data),
            "KAKEHASHI_AGREEMENT_DIR": str(own),
            "PYTHONUTF8": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_a_valid_agreement_is_one_line_with_its_size(own: Path, tmp_path: Path) -> None:
    (own / "score_labels.csv").write_text(LABELS, encoding="utf-8")
    done = run(own, tmp_path / "data", "agreement")
    tables = len(list(agreement.DEFAULT_DIR.glob("*.csv")))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"業務ルールの表に誤りはありません({tables} 表、")
    assert done.stdout.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_users_whom_salesforce_did_not_have_are_told_and_stop_nothing(
    own: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with duckdb.connect(str(data / "warehouse.duckdb")) as connection:
        connection.execute(
            "create schema raw_salesforce; create table raw_salesforce.user as"
            " select '0055j00000000AAAAA' as id, 'a@example.co.jp' as email, true as is_active"
        )
    (own / "rep_absences.csv").write_text(
        "rep,absent_from_on,absent_until_on,reason\nb@example.co.jp,2026-10-05,2026-10-09,\n",
        encoding="utf-8",
    )
    done = run(own, data, "agreement")
    assert (done.returncode, done.stderr) == (0, "")
    first, last = done.stdout.splitlines()
    assert first.startswith("確かめてください: ")
    assert "rep_absences.csv 2行目 rep 列: 「b@example.co.jp」" in first
    assert last.startswith("業務ルールの表に誤りはありません")


def test_the_command_prints_every_fault_and_ends_with_2(own: Path, tmp_path: Path) -> None:
    wrong = LABELS.replace("高,50", "高,五十").replace("低", "小")
    (own / "score_labels.csv").write_text(wrong, encoding="utf-8")
    (own / "label.csv").write_text("", encoding="utf-8")
    done = run(own, tmp_path / "data", "agreement")
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[0] == (
        "Kakehashi: 業務ルールの表に誤りが 3 件あります。直してから、もう一度実行してください。"
    )
    assert [line.split(": ")[0].strip() for line in lines[1:]] == [
        f"{own}/label.csv",
        f"{own}/score_labels.csv 2行目 minimum_score 列",
        f"{own}/score_labels.csv 4行目 label 列",
    ]


def test_a_job_stops_before_anything_runs(own: Path, tmp_path: Path) -> None:
    (own / "score_labels.csv").write_text(LABELS.replace("20", "200"), encoding="utf-8")
    done = run(own, tmp_path / "data", "sync")
    assert done.returncode == command.WRONG_SETTINGS == 2
    assert "score_labels.csv 3行目 minimum_score 列" in done.stderr
    assert list((tmp_path / "data").iterdir()) == []


def test_the_command_stands_alone(capfd: pytest.CaptureFixture[str]) -> None:
    assert command.main(["sync", "agreement"]) == 2
    assert "ui or agreement or connections or what_if or why on its own" in capfd.readouterr().err


def test_a_step_of_the_ui_checks_too(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "score_labels.csv").write_text(LABELS.replace("高", "最高"), encoding="utf-8")
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KAKEHASHI_AGREEMENT_DIR", str(own))
    with pytest.raises(SettingsError, match=r"score_labels\.csv 2行目 label 列: 「最高」"):
        Line().prepare_unify(Line().settings.as_of)
    assert not (tmp_path / "data" / "warehouse.duckdb").exists()

"""`make why`: what it answers, and what it says when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from identity.reference_lists import ReferenceLists
from tests.fixtures.identity.matched_warehouse import warehouse
from tests.fixtures.identity.record_tables import COMPANY_COLUMNS, PERSON_COLUMNS, record_table

ROOT = Path(__file__).resolve().parents[3]
ONE, OTHER = "salesforce:lead:00QA", "hubspot:contact:7"


def record(key: str, **values: str) -> dict[str, str]:
    system, kind, source_id = key.split(":")
    names = {"source_system": system, "source_object": kind, "source_id": source_id}
    return {"record_key": key, **names, **values}


@pytest.fixture(name="data_dir", scope="module")
def _data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why")
    mail = {"email": "k1024@kakehashi.test", "family_name": "山田"}
    persons = [record(ONE, given_name="太郎", **mail), record(OTHER, given_name="花子", **mail)]
    tables = record_table(persons, PERSON_COLUMNS), record_table([], COMPANY_COLUMNS)
    warehouse(*tables, ReferenceLists.of(), path=folder / "warehouse.duckdb").close()
    return folder


def why(data_dir: Path, **question: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KAKEHASHI_")}
    settings = {"KAKEHASHI_DATA_DIR": str(data_dir), "KAKEHASHI_ENV_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, "-m", "sandbox.demo", "why"],
        cwd=ROOT,
        env={**clean, **settings, "PYTHONUTF8": "1", **question},
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_records_are_explained(data_dir: Path) -> None:
    told = why(data_dir, A=ONE, B=OTHER)
    assert told.returncode == 0, told.stderr
    assert "結論: 別の人物です" in told.stdout and "氏名" in told.stdout


def test_one_record_alone_shows_all_of_its_person(data_dir: Path) -> None:
    told = why(data_dir, A="00QA")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("人物 per_") and ONE in told.stdout


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [
        ({}, 2, "name a record: make why A="),
        ({"A": "salesforce:lead:nobody"}, 1, "というレコードはありません"),
        ({"A": ONE, "B": "8"}, 1, "8 というレコードはありません"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    data_dir: Path, question: dict[str, str], code: int, said: str
) -> None:
    told = why(data_dir, **question)
    assert (told.returncode, told.stdout) == (code, "")
    assert told.stderr.startswith("Kakehashi: ") and said in told.stderr
    assert told.stderr.count("\n") == 1


def test_without_a_run_it_says_so_and_makes_nothing(tmp_path: Path) -> None:
    told = why(tmp_path / "none", A=ONE)
    assert told.returncode == 1 and "there was no run yet" in told.stderr
    assert not (tmp_path / "none").exists()


def test_a_warehouse_before_matching_is_told_from_one_after_it(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    told = why(tmp_path, A=ONE)
    assert told.returncode == 1 and "no run has come as far as matching yet" in told.stderr


def test_while_a_run_writes_it_asks_to_come_back(data_dir: Path) -> None:
    with duckdb.connect(str(data_dir / "warehouse.duckdb")):
        told = why(data_dir, A=ONE)
    assert told.returncode == 1 and "a run has the warehouse open" in told.stderr

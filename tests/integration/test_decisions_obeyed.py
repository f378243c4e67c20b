"""What people decide on a Friday, the next run obeys, and every run after it.

Real files, real dbt, the real workbook; the only source is a list of cards, so that it is quick.
The workbook is filled in twice and not alike; the next run merges, splits and keeps apart; the last
one starts without warehouse and without the dropped workbooks, and obeys all the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from activation import ledger
from identity import registry
from ingestion.pipeline import load_source
from reporting.friday import build_friday_report

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
REVIEW, MISSING = "1b_同じ人かの確認", "2_足りない項目"
NAMES = 2  # the hidden row that names the columns

# Two people of one name in one company, and a card of one of them that does not say of which.
TRIO = ("{n},{c},{m}1@{d}.test,", "{n},{c},{m}2@{d}.test,", "{n},{c},,")
CARDS = [
    "氏名,会社名,メール,役職",
    *(line.format(n="山田 博之", c="株式会社橋本工業", m="yama", d="hashimoto") for line in TRIO),
    *(line.format(n="佐藤 健", c="株式会社青空商事", m="sato", d="aozora") for line in TRIO),
    # a crowd of cards that are one person as far as anybody can tell
    *(f"鈴木 花子,株式会社松風,hanako@matsukaze.test,課長{n}" for n in range(15)),
]
MADE = "card_files:row:名刺.csv:{}".format


class Installation:
    """A data folder, and the steps of the line that decisions pass through."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse, self.state = folder / "warehouse.duckdb", folder / "state.duckdb"
        self.inbox = folder / "inbox"
        (self.inbox / "cards").mkdir(parents=True)
        (self.inbox / "cards" / "名刺.csv").write_text("\n".join(CARDS) + "\n", encoding="utf-8")
        with duckdb.connect(str(self.state)) as connection:
            registry.migrate(connection)
            ledger.migrate(connection)

    def run(self) -> None:
        for source in ("card_files", "decisions"):
            load_source(source, data_dir=self.folder, inbox_dir=self.inbox, as_of=AS_OF)
        project = str(ROOT / "dbt_project")
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("dbt")), "--quiet", "build",
                "--exclude-resource-type", "test", "unit_test", "--select",
                "+hygiene_findings +hygiene_history +hygiene_records +hygiene_decisions_followed",
                "identity_decisions identity_registry identity_redirects +data_freshness +accounts",
                "--project-dir", project,
                "--profiles-dir", project, "--target-path", str(self.folder / "target"),
                "--log-path", str(self.folder / "logs"),
                "--vars", json.dumps({"as_of": AS_OF.isoformat()}),
            ],
            cwd=ROOT,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith(("KAKEHASHI_", "DBT_"))},
                "DO_NOT_TRACK": "1",
                "PYTHONPATH": str(ROOT),
                "KAKEHASHI_WAREHOUSE_PATH": str(self.warehouse),
                "KAKEHASHI_STATE_PATH": str(self.state),
            },
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        build_friday_report(
            self.warehouse, self.folder / "reports", as_of=AS_OF, salesforce_url=None
        )

    @property
    def workbook(self) -> Path:
        return self.folder / "reports" / "friday" / "2026-10-02" / "decisions.xlsx"

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        lines = list(load_workbook(self.workbook)[sheet].iter_rows(min_row=NAMES, values_only=True))
        found = [dict(zip(lines[0], cells, strict=False)) for cells in lines[2:]]
        return [row for row in found if row["number"]]

    def question(self, one: str, other: str) -> dict[str, Any]:
        (found,) = [r for r in self.rows(REVIEW) if set(r["evidence"].split("\n")) == {one, other}]
        return found

    def drop(self, name: str, signed: str, decisions: dict[tuple[str, str], str]) -> None:
        """Fills in a copy of the workbook, (sheet, finding) → decision, and drops it."""
        book = load_workbook(self.workbook)
        for (title, finding_id), decision in decisions.items():
            sheet = book[title]
            places = {cell.value: cell.column for cell in sheet[NAMES]}
            (at,) = [
                row for row in range(NAMES + 2, sheet.max_row + 1)
                if sheet.cell(row, places["finding_id"]).value == finding_id
            ]  # fmt: skip
            sheet.cell(at, places["decision"]).value = decision
            sheet.cell(at, places["decider"]).value = signed
        # a workbook knows the second it was saved in, and no two of ours may share one
        time.sleep(1.1)
        book.save(self.inbox / "decisions" / name)

    def ask(self, query: str, *, state: bool = False) -> list[tuple[Any, ...]]:
        path = self.state if state else self.warehouse
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def people(self) -> dict[str, str]:
        return dict(self.ask("select record_key, person_id from intermediate."
                             "int_person_sources_assigned"))  # fmt: skip

    def outcomes(self) -> list[tuple[Any, ...]]:
        return self.ask(
            "select kind, decided_by, outcome from hygiene.hygiene_decisions_followed order by all"
        )


OUTCOMES = [
    ("leave_empty", "山本", "carried_out"),
    ("merge", "山本", "carried_out"),
    ("merge", "岡本", "carried_out"),
    ("not_same", "山本", "carried_out"),
    ("not_same", "山本", "carried_out"),
    ("not_same", "山本", "overruled"),
]


def check_obeyed(people: dict[str, str], split: list[str]) -> None:
    assert people[MADE(1)] == people[MADE(3)] != people[MADE(2)]
    # dropped later, so it is the newer one of the two
    assert people[MADE(4)] == people[MADE(6)] != people[MADE(5)]
    assert people[split[0]] != people[split[1]]


def test_the_line_obeys_what_people_decided(tmp_path: Path) -> None:
    line = Installation(tmp_path)
    line.run()
    before = line.people()
    assert len({before[MADE(n)] for n in (1, 2, 3)}) == 3
    crowd = {MADE(n) for n in range(7, 22)}
    assert len({before[key] for key in crowd}) == 1
    same, apart = line.question(MADE(1), MADE(3)), line.question(MADE(2), MADE(3))
    disputed = line.question(MADE(4), MADE(6))
    (crowded,) = [row for row in line.rows(REVIEW) if row["rule_id"] == "person__crowded"]
    split = crowded["evidence"].split("\n")
    empty = line.rows(MISSING)[0]
    line.drop("営業.xlsx", "山本", {
        (REVIEW, same["finding_id"]): "同一人物・同じ会社",
        (REVIEW, apart["finding_id"]): "別人・別会社",
        (REVIEW, disputed["finding_id"]): "別人・別会社",
        (REVIEW, crowded["finding_id"]): "別人・別会社",
        (MISSING, empty["finding_id"]): "空欄のままでよい",
    })  # fmt: skip
    line.drop("マーケ.xlsx", "岡本", {(REVIEW, disputed["finding_id"]): "同一人物・同じ会社"})

    line.run()
    obeyed = line.people()
    check_obeyed(obeyed, split)
    assert line.outcomes() == OUTCOMES
    asked = {row["finding_id"]: row for row in line.rows(REVIEW)}
    decided = {row["finding_id"] for row in (same, apart, disputed, crowded)}
    assert not decided & asked.keys()
    (contradicted,) = [row for row in asked.values() if row["rule_id"].endswith("contradicted")]
    assert set(contradicted["evidence"].split("\n")) == {MADE(4), MADE(6)}
    assert empty["finding_id"] not in {row["finding_id"] for row in line.rows(MISSING)}

    kept = line.ask("select * from identity.decisions order by all", state=True)
    line.warehouse.unlink()
    rmtree(line.inbox / "decisions")
    line.run()
    assert line.people() == obeyed
    assert line.outcomes() == OUTCOMES
    assert line.ask("select * from identity.decisions order by all", state=True) == kept

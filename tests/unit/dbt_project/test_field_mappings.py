"""The field-mapping table drives pull and push: renaming a field there is all that is needed."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment

from ingestion.naming import column_name

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "dbt_project"
AGREEMENT = PROJECT / "seeds" / "agreement"
MAPPINGS = (AGREEMENT / "field_mappings.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(MAPPINGS.splitlines()))


Compiled = tuple[int, str, dict[str, str]]


def compile_in(folder: Path, replacements: dict[str, str]) -> Compiled:
    """Compile two models with texts replaced in the table; return code, output and SQL by model."""
    agreement = folder / "agreement"
    shutil.copytree(AGREEMENT, agreement, dirs_exist_ok=True)
    shutil.rmtree(folder / "target" / "compiled", ignore_errors=True)
    text = MAPPINGS
    for old, new in replacements.items():
        assert old in text
        text = text.replace(old, new)
    (agreement / "field_mappings.csv").write_text(text, encoding="utf-8")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KAKEHASHI_", "DBT_"))}
    result = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *("compile", "--quiet", "--select", "stg_salesforce__leads", "sync_salesforce__lead"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            *("--vars", "{as_of: '2026-10-02T05:30:00Z'}"),
        ],
        env={**clean, "DO_NOT_TRACK": "1", "KAKEHASHI_AGREEMENT_BUILD_DIR": str(agreement)},
        capture_output=True,
        text=True,
        check=False,
    )
    compiled = (folder / "target" / "compiled").rglob("*.sql")
    sql = {path.stem: path.read_text(encoding="utf-8") for path in compiled}
    return result.returncode, result.stdout + result.stderr, sql


@pytest.fixture(scope="module")
def compile_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str]], Compiled]:
    """Compile in one folder, where dbt parses again only what another test changed."""
    folder = tmp_path_factory.mktemp("agreement_changed")
    return lambda replacements: compile_in(folder, replacements)


@pytest.fixture(scope="module")
def changed_agreement(compile_with: Callable[[dict[str, str]], Compiled]) -> dict[str, str]:
    """The models compiled for a company with one renamed field and one field it does not push."""
    code, output, sql = compile_with(
        {
            "Lead_Score__c": "Punkte_Gesamt__c",
            "score_label,person,salesforce,lead": "score_label,person,crm,lead",
        }
    )
    assert code == 0, output
    return sql


def test_a_renamed_field_is_read_under_its_new_name(changed_agreement: dict[str, str]) -> None:
    leads = changed_agreement["stg_salesforce__leads"]
    assert re.search(r"punkte_gesamt__c as double\) as pushed_score\b", leads)
    assert "lead_score__c" not in leads


def test_a_field_that_is_not_pushed_makes_no_sync_rows(changed_agreement: dict[str, str]) -> None:
    sync = changed_agreement["sync_salesforce__lead"]
    assert "'score' as unified_field" in sync
    assert "'score_label' as unified_field" not in sync


def test_an_unknown_data_type_is_refused_by_name(
    compile_with: Callable[[dict[str, str]], Compiled],
) -> None:
    code, output, _ = compile_with({"Lead_Score__c,number": "Lead_Score__c,numbr"})
    assert code != 0
    assert "numbr is not one of text, picklist, number" in output


def test_a_unified_field_without_any_row_is_named(
    compile_with: Callable[[dict[str, str]], Compiled],
) -> None:
    code, output, _ = compile_with({"\ncompetitor_in_use,": "\nrival_in_use,"})
    assert code != 0
    assert "no row says where the unified field competitor_in_use of entity person" in output


def test_the_columns_are_named_as_ingestion_lands_them() -> None:
    text = (PROJECT / "macros" / "field_mappings.sql").read_text(encoding="utf-8")
    macro = re.search(r"\{% macro raw_column_name.*?endmacro %\}", text, re.DOTALL)
    assert macro is not None
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals["modules"] = SimpleNamespace(re=re)
    environment.globals["return"] = lambda value: value
    name = environment.from_string(macro.group()).module.raw_column_name
    fields = {row["field"] for row in ROWS}
    assert {field: str(name(field)).strip() for field in fields} == {
        field: column_name(field) for field in fields
    }


@pytest.mark.parametrize("column", ["unified_field", "field", "owner", "survivorship", "refresh"])
def test_no_cell_that_decides_something_is_empty(column: str) -> None:
    assert [number for number, row in enumerate(ROWS, start=2) if not row[column]] == []


def test_every_field_that_is_read_has_a_rank_of_its_source() -> None:
    assert [
        row for row in ROWS if row["direction"] != "push" and not row["priority"].isdigit()
    ] == []

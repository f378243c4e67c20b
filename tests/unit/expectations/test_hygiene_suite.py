"""The Friday audit counts findings per class and says how complete persons are."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expectations.hygiene_suite import CLASSES, COMPLETENESS
from expectations.outcomes import ExpectationOutcome, SuiteResult
from expectations.validation import run_suite

BLANK = {
    "full_name": "full_name = ' '",
    "email_or_phone": "email = null, phone_e164 = null",
    "company_name": "company_name = ''",
    "title": "title = null",
    "prefecture": "prefecture = ''",
}


def run_after(warehouse: Path, statement: str) -> tuple[ExpectationOutcome, ...]:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(statement)
    return run_suite("hygiene", warehouse).failed


def test_a_clean_warehouse_passes_every_class(warehouse: Path) -> None:
    result = run_suite("hygiene", warehouse)
    assert result.success
    assert {one.table for one in result.results} == {*CLASSES, "persons"}


@pytest.mark.parametrize("model", CLASSES)
def test_each_finding_is_one_unexpected_row_of_its_class(warehouse: Path, model: str) -> None:
    failed = run_after(
        warehouse,
        f"""
        insert into hygiene.{model} values
        ('f2', 'per_00000000000000000005'), ('f1', 'per_00000000000000000005'), ('f3', null)
        """,
    )
    assert [(one.table, one.unexpected_count) for one in failed] == [(model, 3)]
    assert failed[0].sample_ids == ("f1", "f2", "f3")
    assert 0 < (failed[0].unexpected_percent or 0) < 100


@pytest.mark.parametrize("column", COMPLETENESS)
def test_persons_without_a_needed_value_are_counted(warehouse: Path, column: str) -> None:
    failed = run_after(warehouse, f"update mart.persons set {BLANK[column]} where score = 0")
    assert [(one.table, one.rule) for one in failed] == [("persons", f"{column}_filled")]
    assert failed[0].unexpected_count == 18


def test_a_class_whose_model_is_missing_fails(warehouse: Path) -> None:
    failed = run_after(warehouse, "drop table hygiene.hyg_person__ng_to_pass_back")
    assert [(one.table, one.rule) for one in failed] == [
        ("hyg_person__ng_to_pass_back", "readable")
    ]


def test_a_suite_that_looked_at_nothing_has_not_passed() -> None:
    assert not SuiteResult.of("gate", ()).success

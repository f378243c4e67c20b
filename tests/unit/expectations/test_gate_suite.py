"""Each expectation of the gate holds on sound data and is broken, alone, by its own bad sample."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expectations.frames import read_frame
from expectations.gate_facts import dirt_share, gather_facts
from expectations.outcomes import ExpectationOutcome
from expectations.validation import run_suite
from tests.unit.expectations.conftest import AS_OF

LATE = "timestamptz '2026-10-02 05:30:01+00'"
ROW = {
    "persons": "person_id = 'per_00000000000000000005'",
    "accounts": "account_id = 'acc_00000000000000000002'",
    "opportunities": "opportunity_id = 'opp_006000000000002AAA'",
}
# table, rule, what is set in one row to break it
BREAKS = [
    ("persons", "id_present", "person_id = null"),
    ("persons", "id_unique", "person_id = 'per_00000000000000000006'"),
    ("persons", "id_well_formed", "person_id = 'P-5'"),
    ("persons", "account_exists", "account_id = 'acc_ffffffffffffffffffff'"),
    ("persons", "stage_present", "stage = null"),
    ("persons", "stage_known", "stage = 'Lead'"),
    ("persons", "score_present", "score = null"),
    ("persons", "score_label_fits", "score = 30"),
    ("persons", "score_label_fits", "score_label = null"),
    ("persons", "ng_has_reason", "is_ng = true"),
    ("persons", "ng_has_reason", "ng_reason = 'student'"),
    ("persons", "ng_reason_known", "is_ng = true, ng_reason = 'boring'"),
    ("persons", "ng_stage_flagged", "stage = 'NG'"),
    ("persons", "phone_is_e164", "phone_e164 = '03-0000-1111'"),
    ("persons", "title_rank_not_negative", "title_rank = -1"),
    ("persons", "has_a_source", "source_count = 0"),
    ("persons", "first_seen_at_not_in_future", f"first_seen_at = {LATE}, last_touch_at = null"),
    ("persons", "last_touch_at_not_in_future", f"last_touch_at = {LATE}"),
    ("persons", "seen_before_touched", "last_touch_at = timestamptz '2026-08-01 00:00:00+00'"),
    ("accounts", "id_present", "account_id = null"),
    ("accounts", "id_unique", "account_id = 'acc_00000000000000000001'"),
    ("accounts", "id_well_formed", "account_id = 'A 2'"),
    ("accounts", "people_not_negative", "person_count = -1"),
    ("opportunities", "id_present", "opportunity_id = null"),
    ("opportunities", "id_unique", "opportunity_id = 'opp_006000000000003AAA'"),
    ("opportunities", "id_well_formed", "opportunity_id = '1'"),
    (
        "opportunities",
        "salesforce_id_has_18_characters",
        "opportunity_id_salesforce = '006000000000001'",
    ),
    ("opportunities", "stage_present", "stage = null"),
    ("opportunities", "amount_not_negative", "amount_jpy = -1"),
    ("opportunities", "closed_has_date", "is_closed = true"),
    ("opportunities", "won_is_closed", "is_won = true"),
    ("opportunities", "created_present", "created_at = null"),
    ("opportunities", "created_at_not_in_future", f"created_at = {LATE}"),
]
# What sources may get wrong in a few rows: table, rule, what is set in more and more rows
DIRT = [
    ("persons", "email_looks_right", "email = 'taro @kaisha.test'"),
    ("persons", "first_seen_present", "first_seen_at = null"),
    ("accounts", "corporate_number_has_13_digits", "corporate_number = 'T2180301018771'"),
    ("accounts", "employees_not_negative", "employee_count = -1"),
    ("accounts", "revenue_not_negative", "annual_revenue_jpy = -1"),
    ("opportunities", "account_exists", "account_id = 'acc_ffffffffffffffffffff'"),
]


def break_it(warehouse: Path, statement: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(statement)


def failed_of_table(warehouse: Path, table: str) -> list[ExpectationOutcome]:
    """Evaluates the suite of one table only; the whole gate takes three times as long."""
    from expectations.engine import evaluate
    from expectations.gate_suite import gate_suite

    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        suites = gate_suite(gather_facts(connection, warehouse.parent / "none", AS_OF))
        suite = next(one for one in suites if one.query.table == table)
        outcomes = evaluate(suite, read_frame(connection, suite.query))
    return [outcome for outcome in outcomes if not outcome.success]


def test_sound_marts_pass(warehouse: Path) -> None:
    result = run_suite("gate", warehouse, as_of=AS_OF)
    assert result.failed == ()
    assert result.success
    assert {o.table for o in result.results} == {"persons", "accounts", "opportunities"}
    assert len(result.results) >= 35


@pytest.mark.parametrize(("table", "rule", "change"), BREAKS)
def test_a_broken_row_fails_exactly_its_expectation(
    warehouse: Path, table: str, rule: str, change: str
) -> None:
    break_it(warehouse, f"update mart.{table} set {change} where {ROW[table]}")
    failed = failed_of_table(warehouse, table)
    assert [one.rule for one in failed] == [rule]
    assert failed[0].error is None
    assert failed[0].unexpected_count == (2 if rule == "id_unique" else 1)


@pytest.mark.parametrize(("table", "rule", "change"), DIRT)
def test_a_few_rows_of_source_dirt_pass_and_many_fail(
    warehouse: Path, table: str, rule: str, change: str
) -> None:
    break_it(warehouse, f"update mart.{table} set {change} where rowid < 10")
    assert failed_of_table(warehouse, table) == []
    break_it(warehouse, f"update mart.{table} set {change} where rowid < 20")
    assert [(one.rule, one.unexpected_count) for one in failed_of_table(warehouse, table)] == [
        (rule, 20)
    ]


@pytest.mark.parametrize(
    ("rows", "share"), [(0, 0.0), (5, 0.0), (20, 0.5), (100, 0.9), (10_000, 0.9)]
)
def test_the_dirt_tolerated_is_a_tenth_or_ten_rows(rows: int, share: float) -> None:
    assert dirt_share(rows) == pytest.approx(share)


def test_every_expectation_has_a_sample_that_breaks_it(warehouse: Path) -> None:
    rules = {(o.table, o.rule) for o in run_suite("gate", warehouse, as_of=AS_OF).results}
    collapse = {(table, "no_collapse") for table in ROW}  # in test_gate_collapse.py
    assert rules - collapse == {(table, rule) for table, rule, _ in BREAKS + DIRT}


def test_results_name_rows_by_id_and_carry_no_values(warehouse: Path) -> None:
    break_it(
        warehouse, f"update mart.persons set phone_e164 = '03-0000-1111' where {ROW['persons']}"
    )
    result = run_suite("gate", warehouse, as_of=AS_OF)
    assert result.failed[0].sample_ids == ("per_00000000000000000005",)
    assert "0000-1111" not in repr(result)
    assert "@" not in repr(result)


def test_labels_follow_the_agreement(warehouse: Path) -> None:
    break_it(
        warehouse,
        """
        create table agreement.score_labels as select * from
        (values ('熱い', 30), ('温い', 1), ('冷たい', null)) as t(label, minimum_score);
        update mart.persons set score_label =
            case when score >= 30 then '熱い' when score >= 1 then '温い' else '冷たい' end
        """,
    )
    assert run_suite("gate", warehouse, as_of=AS_OF).success
    break_it(warehouse, "update agreement.score_labels set minimum_score = 20 where label = '温い'")
    failed = run_suite("gate", warehouse, as_of=AS_OF).failed
    assert [(one.rule, one.unexpected_count) for one in failed] == [("score_label_fits", 1)]


def test_ng_reasons_follow_the_agreement(warehouse: Path) -> None:
    break_it(warehouse, "create table agreement.ng_rules as select 'partner' as ng_reason")
    failed = run_suite("gate", warehouse, AS_OF).failed
    assert [one.rule for one in failed] == ["ng_reason_known"]
    break_it(warehouse, "insert into agreement.ng_rules values ('student')")
    assert run_suite("gate", warehouse, AS_OF).success


def test_a_table_that_is_not_there_fails_and_stops_no_other(warehouse: Path) -> None:
    break_it(warehouse, "drop table mart.opportunities")
    result = run_suite("gate", warehouse, as_of=AS_OF)
    assert [(o.table, o.rule) for o in result.failed] == [("opportunities", "readable")]
    assert any(o.table == "persons" and o.success for o in result.results)


def test_an_unknown_suite_is_refused(warehouse: Path) -> None:
    with pytest.raises(ValueError, match="gate, hygiene"):
        run_suite("friday", warehouse)

"""What the report reads: order, numbers, weeks and freshness."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from reporting.findings import Freshness, read_friday
from reporting.friday_page import stale
from reporting.friday_rules import RULES, class_of
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    LAST_WEEK,
    THIS_WEEK,
    FridayWarehouse,
    finding,
    freshness,
    person,
    week,
)


@pytest.mark.parametrize(
    ("rule_id", "friday_class"),
    [
        ("person__duplicate_records", "duplicates"),
        ("account__duplicate_records", "duplicates"),
        ("person__missing_attribute", "missing"),
        ("person__ng_to_pass_back", "ng"),
        ("opportunity__stage_overdue", "stage"),
        ("lead__status_behind", "stage"),
        ("person__mql_without_owner", "stage"),
        ("record__owner_gone", "inputs"),
        ("touchpoint__in_the_future", "inputs"),
        ("opportunity__closed_before_created", "inputs"),
    ],
)
def test_a_rule_tells_its_class_by_its_name(rule_id: str, friday_class: str) -> None:
    assert class_of(rule_id) == friday_class


def test_money_comes_first_and_what_matters_least_last(tmp_path: Path) -> None:
    rule = "person__missing_attribute"
    warehouse = FridayWarehouse(
        persons=[person("p1", score=10), person("p2", score=70), person("p3", score=90)],
        findings=[
            finding(rule, "L1", person_id="p1", attribute="contact"),
            finding(rule, "L2", person_id="p2", attribute="title", severity="low"),
            finding(rule, "L2", person_id="p2", attribute="contact", severity="high"),
            finding(rule, "L3", person_id="p3", attribute="title", severity="low"),
        ],
    ).write(tmp_path / "w.duckdb")
    found = read_friday(warehouse, AS_OF).findings
    assert [(f.source_id, f.attribute, f.number) for f in found] == [
        ("L2", "contact", "2-1"),
        ("L2", "title", "2-2"),
        ("L1", "contact", "2-3"),
        ("L3", "title", "2-4"),
    ]


def test_deals_are_ordered_by_amount_and_classes_by_the_meeting(tmp_path: Path) -> None:
    deal = {"source_object": "opportunity"}
    warehouse = FridayWarehouse(
        persons=[person("p1")],
        opportunities=[
            {"opportunity_id": "o1", "amount_jpy": 100},
            {"opportunity_id": "o2", "amount_jpy": 900},
        ],
        findings=[
            finding("lead__status_behind", "L9", person_id="p1"),
            finding("opportunity__stage_overdue", "6A", opportunity_id="o1", **deal),
            finding("opportunity__stage_overdue", "6B", opportunity_id="o2", **deal),
            finding("person__ng_to_pass_back", "L1", person_id="p1"),
        ],
    ).write(tmp_path / "w.duckdb")
    found = read_friday(warehouse, AS_OF).findings
    assert [(f.source_id, f.number) for f in found] == [
        ("L1", "3-1"),
        ("6B", "4-1"),
        ("6A", "4-2"),
        ("L9", "4-3"),
    ]


def test_fixed_findings_are_not_counted_and_every_rule_has_a_count(tmp_path: Path) -> None:
    warehouse = FridayWarehouse(
        findings=[
            finding("lead__status_behind", "L1"),
            finding("lead__status_behind", "L2", status="fixed"),
        ]
    ).write(tmp_path / "w.duckdb")
    data = read_friday(warehouse, AS_OF)
    assert data.counts == dict.fromkeys(RULES, 0) | {"lead__status_behind": 1}


def test_last_week_is_the_last_friday_that_took_place(tmp_path: Path) -> None:
    rule = "lead__status_behind"
    earlier = LAST_WEEK.replace(day=7)
    warehouse = FridayWarehouse(
        history=[
            week(THIS_WEEK, rule, 5, fixed_since_last=2, new_since_last=1),
            week(LAST_WEEK.replace(day=14), rule, 6),
            week(earlier, rule, 99),
            week(THIS_WEEK.replace(month=10, day=5), rule, 77),
        ]
    ).write(tmp_path / "w.duckdb")
    data = read_friday(warehouse, AS_OF)
    assert data.previous_counts == {rule: 6}
    assert (data.fixed[rule], data.new[rule], data.checked[rule]) == (2, 1, 500)


def test_without_an_earlier_friday_there_is_nothing_to_compare(tmp_path: Path) -> None:
    warehouse = FridayWarehouse(history=[week(THIS_WEEK, "lead__status_behind", 5)])
    assert read_friday(warehouse.write(tmp_path / "w.duckdb"), AS_OF).previous_counts is None


def test_a_source_is_as_fresh_as_its_worst_resource(tmp_path: Path) -> None:
    rows = [freshness("salesforce"), freshness("salesforce", "failed"), freshness("sansan", "off")]
    warehouse = FridayWarehouse(freshness=rows).write(tmp_path / "w.duckdb")
    found = read_friday(warehouse, AS_OF).freshness
    assert [(source.source, source.status) for source in found] == [
        ("salesforce", "failed"),
        ("sansan", "off"),
    ]
    assert found[0].last_loaded_at is not None
    assert f"{found[0].last_loaded_at:%H:%M}" == "14:10"


def test_a_source_that_was_never_connected_is_no_warning() -> None:
    loaded = datetime(2026, 10, 2, 5, 0, tzinfo=UTC)
    sources = (
        Freshness("salesforce", "ok", loaded, 5),
        Freshness("houjin_bangou", "off", None, 0),
        Freshness("marketo", "off", loaded, 5),
        Freshness("sansan", "failed", None, 0),
    )
    assert [source.source for source in stale(sources)] == ["marketo", "sansan"]


def test_a_warehouse_without_hygiene_tables_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "w.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(LookupError, match="run the job sync first"):
        read_friday(empty, AS_OF)


def test_an_act_is_shown_under_the_name_of_who_did_it(tmp_path: Path) -> None:
    act = {"source_object": "campaign_member", "attribute": "occurred_at"}
    warehouse = FridayWarehouse(
        persons=[person("p1")],
        findings=[
            finding("touchpoint__too_early", "00vA", person_id="p1", **act),
            finding("touchpoint__in_the_future", "00vB", **act),
        ],
    ).write(tmp_path / "w.duckdb")
    future, early = read_friday(warehouse, AS_OF).findings
    assert early.record is not None
    assert (early.record.display_name, early.record.record_key) == (
        "青山 一郎",
        "salesforce:campaign_member:00vA",
    )
    assert future.record is None

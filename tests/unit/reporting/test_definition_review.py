"""The monthly review: which threshold is proposed, what is said of a rule, how the page reads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from reporting.definition_review import (
    Caught,
    Threshold,
    judged,
    propose,
    read_review,
)
from reporting.definition_review_page import write_review

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


def threshold(score: int, persons: int, deals: int, *, current: bool = False) -> Threshold:
    return Threshold(score, Caught(persons, deals), deals / 100, current)


def test_the_threshold_with_the_highest_share_is_proposed() -> None:
    found = propose(
        [threshold(30, 300, 30, current=True), threshold(40, 150, 20), threshold(50, 100, 18)]
    )
    assert found is not None
    assert (found.current.score, found.proposed.score) == (30, 50)


@pytest.mark.parametrize(
    ("why_not", "other"),
    [
        ("too few people", threshold(50, 29, 20)),
        ("too few of today's deals are kept", threshold(50, 40, 14)),
        ("the share is the same", threshold(50, 200, 20)),
        ("the share is lower", threshold(20, 600, 40)),
    ],
)
def test_nothing_is_proposed_without_reason(why_not: str, other: Threshold) -> None:
    assert propose([threshold(30, 300, 30, current=True), other]) is None, why_not


def test_nothing_is_proposed_without_a_threshold_in_force() -> None:
    assert propose([threshold(30, 300, 30)]) is None
    assert propose([threshold(30, 0, 0, current=True), threshold(20, 100, 50)]) is None


def test_a_proposal_is_certain_beyond_the_interval_of_today() -> None:
    today = threshold(30, 300, 30, current=True)
    assert today.caught.interval == pytest.approx((0.0709, 0.1391), abs=0.0005)
    near, far = threshold(40, 150, 20), threshold(40, 100, 20)
    assert [propose([today, one]).is_certain for one in (near, far)] == [False, True]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("caught", "ever", "verdict"),
    [
        (Caught(0, 0), 0, "never"),
        (Caught(29, 29), 50, "few"),
        (Caught(100, 30), 200, "higher"),
        (Caught(100, 2), 200, "lower"),
        (Caught(100, 12), 200, "unclear"),
    ],
)
def test_what_is_said_of_a_rule(caught: Caught, ever: int, verdict: str) -> None:
    assert judged(caught, ever, Caught(1000, 100)) == verdict


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(
            """
            create schema intermediate; create schema agreement; create schema mart;
            create table intermediate.int_review_persons_dated as
                select i as person_id, i % 4 = 0 as has_deal, i % 40 = 0 as has_won
                from range(400) as people (i);
            create table intermediate.int_review_deciles_measured as
                select 1 as decile, 40 as lowest_score, 70 as highest_score,
                    100 as person_count, 50 as deal_count, 5 as won_count;
            create table intermediate.int_review_rules_measured as
                select 'good' as rule_id, '良いルール' as rule_name_ja, 5 as points,
                    200 as ever_count, 100 as person_count, 50 as deal_count, 5 as won_count
                union all select 'dead', '眠った<ルール>', 10, 0, 0, 0, 0;
            create table intermediate.int_review_thresholds_measured as
                select 25 as threshold, 300 as person_count, 80 as deal_count
                union all select 40, 100, 50;
            create table intermediate.int_review_examples_listed as
                select 'good' as rule_id, 1 as example_number, 'p1' as person_id, 50 as score,
                    true as has_deal, true as has_won
                union all select 'good', 2, 'p2', 40, true, false
                union all select 'good', 3, 'p3', 30, false, false
                union all select 'other', 1, 'p1', 50, true, true;
            create table mart.persons as
                select 'p1' as person_id, '架空 <太郎>' as full_name, '甲社' as company_name
                union all select 'p2', null, null
                union all select 'p3', '見本 花子', '乙社';
            create table agreement.stage_rules as
                select 'score_30' as rule_id, 'MQL' as to_stage, 'score' as measure, '30' as value
                union all select 'named', 'MQL', 'score', '99'
                union all select 'named', 'MQL', 'industry', '医療'
            """
        )
    return path


def test_todays_threshold_is_shown_also_when_nobody_has_that_score(warehouse: Path) -> None:
    review = read_review(warehouse)
    assert [(one.score, one.caught.persons, one.is_current) for one in review.thresholds] == [
        (25, 300, False),
        (30, 100, True),
        (40, 100, False),
    ]
    assert review.everybody == Caught(400, 100, 10)


def test_the_page_tells_lifts_verdicts_and_the_period(warehouse: Path, tmp_path: Path) -> None:
    page = write_review(
        tmp_path / "review",
        read_review(warehouse),
        as_of=AS_OF,
        days=90,
        what_if=None,
        proposal_folder=None,
    )
    text = page.read_text(encoding="utf-8")
    for shown in (
        "2026年7月4日〜2026年10月2日",
        "2.00",
        "効いている",
        "眠った&lt;ルール&gt;",
        "一度も当てはまっていない",
        "30点以上 (いま)",
    ):
        assert shown in text
    assert "http" not in text


def test_the_examples_of_a_rule_open_their_cards(warehouse: Path, tmp_path: Path) -> None:
    review = read_review(warehouse)
    assert review.persons_named == ["p1", "p2", "p3"]
    page = write_review(
        tmp_path / "review", review, as_of=AS_OF, days=90, what_if=None, proposal_folder=None,
        why={"p1": "why/p1.html", "p2": "why/p2.html"},
    )  # fmt: skip
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert '<a href="why/p1.html">架空 &lt;太郎&gt;</a> <span class="quiet">甲社 · 受注' in text
    assert '<a href="why/p2.html">(氏名なし)</a> <span class="quiet">(企業名なし) · 商談' in text
    assert '見本 花子 <span class="quiet">乙社</span>' in text
    assert "why/p3.html" not in text

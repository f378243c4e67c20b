"""Who is meant by a card, and how its values read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from reporting.why_card import Card, Section, UnknownPerson, find_person, shown
from reporting.why_card_page import lines, write_card

PERSON = {
    "full_name": "架空 <太郎>",
    "company_name": "",
    "department": None,
    "title": "部長",
    "prefecture": "東京都",
    "email": "taro@example.com",
    "phone_e164": None,
    "owner_name": None,
    "stage": "MQL",
    "stage_reason": "score_30",
    "score": 1030,
    "score_label": "高",
    "is_ng": False,
    "ng_reason": None,
    "is_untouched": True,
    "is_dormant": False,
    "has_opted_out": None,
    "first_seen_at": datetime(2026, 10, 1, 15, 0, tzinfo=UTC),
    "last_touch_at": None,
    "source_count": 2,
    "person_id": "per_1",
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(
            """
            create schema mart; create schema intermediate;
            create table mart.persons as select unnest(['p1', 'p2', 'p3']) as person_id;
            create table mart.id_redirects as
                select 'person' as entity, 'old' as old_id, 'p1' as new_id, 'p2' as current_id
                union all select 'person', 'p3', 'p1', 'p1'
                union all select 'account', 'firm', 'p1', 'p1';
            create table mart.person_sources as
                select 'salesforce' as source_system, 'lead' as source_object, '00Q1' as source_id,
                    'p1' as person_id
                union all select 'card_files', 'row', 'cards.csv:1', 'p2'
                union all select 'hubspot', 'contact', '7', 'gone';
            create table intermediate.int_person_records_normalised as
                select 'salesforce:lead:00Q1' as record_key, 'a@example.com' as email_normalised
                union all select 'card_files:row:cards.csv:1', 'shared@example.com'
                union all select 'hubspot:contact:7', 'gone@example.com'
                union all select 'salesforce:lead:00Q1', 'shared@example.com'
            """
        )
        yield con


@pytest.mark.parametrize(
    ("named", "person"),
    [
        ("p1", "p1"),
        ("old", "p2"),
        ("p3", "p3"),
        ("salesforce:lead:00Q1", "p1"),
        ("card_files:row:cards.csv:1", "p2"),
        (" A@Example.com ", "p1"),
    ],
)
def test_a_person_is_found(con: duckdb.DuckDBPyConnection, named: str, person: str) -> None:
    assert find_person(con, named) == person


@pytest.mark.parametrize("named", ["", "firm", "salesforce:lead:00Q9", "gone@example.com"])
def test_nobody_is_meant(con: duckdb.DuckDBPyConnection, named: str) -> None:
    with pytest.raises(UnknownPerson, match="nobody is known"):
        find_person(con, named)


def test_a_shared_mail_address_names_all_who_share_it(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UnknownPerson, match=r"2 persons share it: p1, p2\."):
        find_person(con, "shared@example.com")


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (None, "", "—"),
        (datetime(2026, 10, 1, 15, 30, tzinfo=UTC), "happened_at", "2026-10-02 00:30"),
        (date(2026, 10, 1), "", "2026-10-01"),
        (0.98765, "probability", "98.8%"),
        (1.0, "weight", "100.0%"),
        (1234.5, "elapsed_hours", "1,234.50"),
        (1800000, "credit_jpy", "1,800,000"),
        (True, "", "<flags true>"),
        ("met", "status", "<status met>"),
    ],
)
def test_values_read_as_people_write_them(value: object, column: str, text: str) -> None:
    assert shown(value, lambda group, code: f"<{group} {code}>", column) == text


def test_a_card_is_whole_in_the_terminal_and_on_its_page(tmp_path: Path) -> None:
    parts = Section(
        "score_parts",
        ("rule", "points", "occurred_at", "evidence"),
        (("良い<ルール>", 1030, None, "salesforce:lead:1"),),
        3,
    )
    card = Card(PERSON, (parts, Section("route", ("owner", "rule"), (), 0)))
    text = "\n".join(lines(card))
    for line in ("架空 <太郎>さんの根拠カード", "スコアの内訳(3件)", "1件を表示しています(全3件)"):
        assert line in text
    assert "2026-10-02 00:00" in text
    page = write_card(tmp_path, card)
    assert page.name == "per_1.html"
    html = page.read_text(encoding="utf-8")
    for part in ("架空 &lt;太郎&gt;", "良い&lt;ルール&gt;", "合計 1030点", "ありません。", "1,030"):
        assert part in html
    assert "http" not in html
    assert "試算" not in html


def test_a_card_of_a_replay_says_that_it_is_one(tmp_path: Path) -> None:
    card = Card(PERSON, (Section("score_parts", (), (), 0),))
    for history, says in (("proposed", "変えた基準で"), ("in_force", "いまの基準で")):
        html = write_card(tmp_path, card, history=history).read_text(encoding="utf-8")
        assert "試算のカードです。" + says in html

"""Two histories side by side: who is gained and lost, what became of them, and how it reads."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from reporting.texts import catalogue
from reporting.what_if_figures import Figures, compare, read_figures
from reporting.what_if_page import lines, percent, persons_shown, weekly_chart, write_page

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


def history(path: Path, transitions: list[tuple[str, str, str]], owner: str | None) -> Figures:
    """A warehouse with the given (person, stage, instant) and one person more who is no MQL."""
    people = sorted({person for person, *_ in transitions} | {"nobody"})
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'; create schema mart; create schema staging")
        con.execute(
            "create table mart.persons (person_id text, full_name text, company_name text,"
            " score int, stage text)"
        )
        con.executemany(
            "insert into mart.persons values (?, ?, ?, ?, 'MQL')",
            [(one, f"{one}さん", "甲<社>", len(one)) for one in people],
        )
        con.execute(
            "create table mart.stage_transitions (person_id text, to_stage text,"
            " happened_at timestamptz, reason text)"
        )
        con.executemany(
            "insert into mart.stage_transitions values (?, ?, ?, 'score_30 (x)')", transitions
        )
        con.execute("create table mart.sla_clocks (policy text, status text)")
        con.execute("insert into mart.sla_clocks values ('hand_off', 'met'), ('hand_off', 'met')")
        con.execute("insert into mart.sla_clocks values ('hand_off', 'breached')")
        con.execute("create table mart.routes (owner_user_id_salesforce text)")
        con.execute("insert into mart.routes values (?)", [owner])
        con.execute(
            "create table staging.stg_salesforce__users (user_id_salesforce text, user_name text)"
        )
        con.execute("insert into staging.stg_salesforce__users values ('005', '営業 一郎')")
    return read_figures(path)


@pytest.fixture
def histories(tmp_path: Path) -> tuple[Figures, Figures]:
    before = history(
        tmp_path / "before.duckdb",
        [
            ("kept", "MQL", "2026-09-06 14:59:59+00"),
            ("kept", "Recycled", "2026-09-08 00:00:00+00"),
            ("kept", "MQL", "2026-09-20 00:00:00+00"),
            ("lost", "Opportunity", "2026-09-01 00:00:00+00"),
            ("lost", "MQL", "2026-09-06 15:00:00+00"),
            ("lost", "Won", "2026-09-30 00:00:00+00"),
        ],
        "005",
    )
    after = history(
        tmp_path / "after.duckdb",
        [
            ("kept", "MQL", "2026-09-14 00:00:00+00"),
            ("kept", "Opportunity", "2026-09-14 00:00:00+00"),
            ("gained", "MQL", "2026-09-14 00:00:00+00"),
            ("lost", "Won", "2026-09-30 00:00:00+00"),
        ],
        None,
    )
    return before, after


def test_the_first_mql_counts_in_its_week_of_tokyo(histories: tuple[Figures, Figures]) -> None:
    weeks = compare(*histories).weeks
    assert weeks == (
        (date(2026, 8, 31), 1, 0),
        (date(2026, 9, 7), 1, 0),
        (date(2026, 9, 14), 0, 2),
    )


def test_what_came_before_the_mql_is_not_its_outcome(histories: tuple[Figures, Figures]) -> None:
    comparison = compare(*histories)
    assert (comparison.gained, comparison.lost) == (("gained",), ("lost",))
    groups = {
        group.name: (group.size, group.opportunities, group.wins) for group in comparison.groups
    }
    assert groups == {
        "before": (2, 0, 1),
        "after": (2, 1, 0),
        "both": (1, 1, 0),
        "gained": (1, 0, 0),
        "lost": (1, 0, 1),
    }


def test_the_page_shows_names_numbers_and_changes(
    histories: tuple[Figures, Figures], tmp_path: Path
) -> None:
    page = write_page(
        tmp_path / "report", compare(*histories), ["stage_rules.csv ＋ a<b>"], as_of=AS_OF
    )
    text = page.read_text(encoding="utf-8")
    assert "2026年10月2日 14:30" in text
    assert "stage_rules.csv ＋ a&lt;b&gt;" in text
    assert "甲&lt;社&gt;" in text
    for shown in ("gainedさん", "lostさん", "66.7% (2/3)", "営業 一郎", "キューで預かり中"):
        assert shown in text
    assert "http" not in text


def test_who_has_a_card_is_linked_and_nobody_else(
    histories: tuple[Figures, Figures], tmp_path: Path
) -> None:
    comparison = compare(*histories)
    plain = write_page(tmp_path / "plain", comparison, [], as_of=AS_OF).read_text("utf-8")
    assert "根拠カード" not in plain
    why = {"gained": "why/gained/gained.html", "kept": "why/gained/kept.html"}
    linked = write_page(tmp_path / "linked", comparison, [], as_of=AS_OF, why=why)
    text = linked.read_text("utf-8")
    assert re.findall(r'href="([^#"]+)"', text) == ["why/gained/gained.html"]
    assert "MQLでなくなる人はいまの基準のものです" in text


def test_at_most_fifty_of_those_who_move_are_shown() -> None:
    moved = [f"p{number}" for number in range(51)]
    assert list(persons_shown(moved)) == moved[:50]


def test_the_terminal_names_nobody(histories: tuple[Figures, Figures]) -> None:
    text = "\n".join(lines(compare(*histories)))
    assert "MQLでなくなる人: 1人  その後の商談化率 0.0%  受注率 100.0%" in text
    assert "さん" not in text
    assert "営業 一郎" not in text


def test_a_share_of_nothing_is_a_dash() -> None:
    assert (percent(None), percent(0.256)) == ("—", "25.6%")


def test_the_highest_week_fills_the_chart() -> None:
    chart = weekly_chart(catalogue(), [(date(2026, 9, 7), 2, 4), (date(2026, 9, 14), 0, 1)])
    assert [bar.height for bar in chart.bars] == [80, 160, 0, 40]
    assert weekly_chart(catalogue(), []).bars == ()

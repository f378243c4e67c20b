"""The page: what it shows, how it stays within thirty minutes, and that it is safe to open."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reporting.friday import build_friday_report
from reporting.friday_page import SHOWN_PER_CLASS, share_out
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    LAST_WEEK,
    THIS_WEEK,
    FridayWarehouse,
    finding,
    freshness,
    person,
    record,
    week,
)

SALESFORCE = "https://aozora.my.salesforce.test"


def page(
    tmp_path: Path, warehouse: FridayWarehouse, salesforce_url: str | None = SALESFORCE
) -> str:
    path = warehouse.write(tmp_path / "w.duckdb")
    report = build_friday_report(path, tmp_path, as_of=AS_OF, salesforce_url=salesforce_url)
    return report.html_path.read_text(encoding="utf-8")


def plain(html: str) -> str:
    """The text that people see, without tags and blanks."""
    text = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))


def duplicates() -> FridayWarehouse:
    return FridayWarehouse(
        persons=[person("p1", full_name="青山 一郎", score=45)],
        records=[
            record(
                "lead", "00QL1", display_name="青山 一郎", owner="大西 誠", email="a@aozora.test"
            ),
            record("contact", "003C1", display_name="青山 一郎", owner="三浦 香織", title="部長"),
        ],
        findings=[
            finding(
                "person__duplicate_records",
                "00QL1",
                person_id="p1",
                proposed_value="003C1",
                proposed_from="salesforce:contact:003C1",
                what_ja="メールアドレスと氏名が一致。",
            )
        ],
        history=[
            week(LAST_WEEK, "person__duplicate_records", 4),
            week(THIS_WEEK, "person__duplicate_records", 1, fixed_since_last=3),
        ],
    )


def test_a_merge_shows_both_records_with_links_and_the_one_that_stays(tmp_path: Path) -> None:
    html = page(tmp_path, duplicates())
    assert f'href="{SALESFORCE}/lightning/r/Lead/00QL1/view"' in html
    assert f'href="{SALESFORCE}/lightning/r/Contact/003C1/view"' in html
    text = plain(html)
    assert text.index("残す") < text.index("三浦香織") < text.index("大西誠")
    assert "メールアドレスと氏名が一致。" in text


def test_cards_compare_with_last_week(tmp_path: Path) -> None:
    text = plain(page(tmp_path, duplicates()))
    assert "1.重複の統合1件先週4件3件減解消3件・新規0件" in text


def test_without_salesforce_address_nothing_is_linked(tmp_path: Path) -> None:
    assert "lightning" not in page(tmp_path, duplicates(), salesforce_url=None)


def test_nothing_found_is_said_and_not_left_blank(tmp_path: Path) -> None:
    text = plain(page(tmp_path, FridayWarehouse()))
    assert text.count("今週、整えるものは見つかりませんでした。") == 5
    assert "先週の記録なし" in text


def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    count = SHOWN_PER_CLASS + 25
    warehouse = FridayWarehouse(
        persons=[person(f"p{i}", score=i) for i in range(count)],
        findings=[
            finding("person__ng_to_pass_back", f"L{i}", person_id=f"p{i}") for i in range(count)
        ],
    )
    html = page(tmp_path, warehouse)
    assert html.count('class="c-number"') == SHOWN_PER_CLASS + 1
    text = plain(html)
    assert f"上位{SHOWN_PER_CLASS}件を表示(全{count}件。残り25件はdecisions.xlsx)" in text
    assert f"NGリードの差し戻し—上位{SHOWN_PER_CLASS}件(全{count}件)" in text


def test_the_agenda_fills_thirty_minutes_from_three_o_clock(tmp_path: Path) -> None:
    warehouse = FridayWarehouse(
        findings=[finding("person__ng_to_pass_back", f"L{i}") for i in range(7)]
        + [finding("lead__status_behind", f"L{i}") for i in range(3)]
    )
    html = page(tmp_path, warehouse)
    minutes = [int(found) for found in re.findall(r"<b>(\d+)分</b>", html)]
    assert sum(minutes) == 30
    assert re.findall(r"<time>(.*?)</time>", html)[0] == "15:00"


def test_a_source_that_is_down_is_named_at_the_top(tmp_path: Path) -> None:
    rows = [freshness("salesforce"), freshness("sansan", "failed")]
    text = plain(page(tmp_path, FridayWarehouse(freshness=rows)))
    assert "次の取得元は最新ではありません" in text
    assert "Sansan(名刺)取得失敗" in text
    assert text.index("Sansan(名刺)") < text.index("今週のまとめ")


def test_what_a_form_brought_in_cannot_run(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    warehouse = FridayWarehouse(
        persons=[person("p1", full_name=evil, company_name=evil)],
        records=[record("lead", "00QL1", display_name=evil, company_name=evil, owner=evil)],
        findings=[
            finding(
                "person__missing_attribute",
                "00QL1",
                person_id="p1",
                attribute="title",
                proposed_value=evil,
                owner=evil,
            )
        ],
    )
    html = page(tmp_path, warehouse)
    tags = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            assert not [name for name, _ in attrs if name.startswith("on")]

    Reader().feed(html)
    assert not tags & {"script", "img", "link", "iframe"}
    assert "&lt;script&gt;" in html


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    html = page(tmp_path, duplicates())
    outside = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(https?:[^"')]+)""", html)
    assert outside
    assert all(address.startswith(SALESFORCE) for address in outside)
    assert "@import" not in html


def test_the_same_input_gives_the_same_page(tmp_path: Path) -> None:
    path = duplicates().write(tmp_path / "w.duckdb")
    pages = [
        build_friday_report(
            path, tmp_path / name, as_of=AS_OF, salesforce_url=SALESFORCE
        ).html_path.read_bytes()
        for name in ("a", "b")
    ]
    assert pages[0] == pages[1]


def test_as_of_without_a_zone_is_refused(tmp_path: Path) -> None:
    path = FridayWarehouse().write(tmp_path / "w.duckdb")
    naive = datetime(2026, 10, 2, 5, 30)  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        build_friday_report(path, tmp_path, as_of=naive, salesforce_url=None)


@pytest.mark.parametrize(
    ("cap", "totals", "shares"),
    [
        (40, [5, 3], [5, 3]),
        (40, [100, 100], [20, 20]),
        (40, [100, 3, 100], [19, 3, 18]),
        (40, [], []),
        (2, [9, 9, 9], [1, 1, 0]),
    ],
)
def test_small_lists_are_shown_whole(cap: int, totals: list[int], shares: list[int]) -> None:
    assert share_out(cap, totals) == shares

"""Questions about pairs, and what became of earlier decisions, on the page and in the workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from reporting.friday import build_friday_report
from reporting.workbook_sheets import HEADER_ROW
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    FridayWarehouse,
    finding,
    person,
    received,
    record,
)

REVIEW = "1b_同じ人かの確認"


def pair(number: int, priority: int, **values: object) -> dict[str, object]:
    return finding(
        "person__possible_duplicate", f"L{number}", finding_id=f"pair{number}", person_id="p1",
        what_ja="一致:氏名、会社。違い:電話。", current_value="high", attribute="same_person",
        proposed_value="記録4件が1人になります。", proposed_from="sansan:biz_card:S1",
        evidence=f"salesforce:lead:L{number}\nsansan:biz_card:S1", priority=priority, **values,
    )  # fmt: skip


def warehouse(**more: object) -> FridayWarehouse:
    return FridayWarehouse(
        persons=[person("p1", score=40)],
        records=[
            record("lead", "L1", display_name="青山 一郎", company_name="青空商事", owner="大西"),
            record("lead", "L2", display_name="佐藤 健", company_name="青空商事"),
            record("biz_card", "S1", source_system="sansan", display_name="青山 一朗",
                   company_name="青空商事(株)", email="aoyama@aozora.test"),
        ],
        findings=[
            pair(2, 2), pair(1, 1),
            finding("person__ng_to_pass_back", "L9", finding_id="ng9", person_id="p1"),
        ],
        **more,
    )  # fmt: skip


def built(folder: Path, data: FridayWarehouse) -> tuple[str, Path]:
    data.write(folder / "w.duckdb")
    report = build_friday_report(folder / "w.duckdb", folder, as_of=AS_OF, salesforce_url=None)
    return report.html_path.read_text(encoding="utf-8"), report.workbook_path


def rows(path: Path, sheet: str) -> list[dict[str, object]]:
    lines = list(load_workbook(path)[sheet].iter_rows(min_row=HEADER_ROW - 1, values_only=True))
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]]


def test_a_pair_stands_above_each_other_in_the_order_of_the_rule(tmp_path: Path) -> None:
    page, workbook = built(tmp_path, warehouse())
    first, second = rows(workbook, REVIEW)
    assert (first["number"], first["finding_id"], second["finding_id"]) == ("1-1", "pair1", "pair2")
    assert first["likelihood"] == "高"
    assert first["both_names"] == "青山 一郎\n青山 一朗"
    assert first["both_companies"] == "青空商事\n青空商事(株)"
    assert first["both_mails"] == "―\naoyama@aozora.test"
    assert first["both_owners"] == "大西\n―"
    assert first["both_records"] == "リード 2026/09/20\nSansan名刺 2026/09/20"
    assert first["evidence_ja"] == "一致:氏名、会社。違い:電話。"
    assert first["if_same"] == "記録4件が1人になります。"
    assert "previous" not in first
    assert page.index("1-1 この2件は同じ人ですか") < page.index("1-2 この2件は同じ人ですか")
    assert "可能性 高" in page
    assert "同じなら:記録4件が1人になります。" in page
    assert page.index("青山 一郎") < page.index("青山 一朗") < page.index("佐藤 健")


def test_all_questions_about_pairs_are_shown_beside_a_crowd_of_others(tmp_path: Path) -> None:
    data = warehouse()
    data.findings = [pair(n, n) for n in range(1, 26)] + [
        finding("person__duplicate_records", f"D{n}", person_id=f"p{n}", finding_id=f"d{n}",
                proposed_from="salesforce:lead:L1") for n in range(80)
    ]  # fmt: skip
    page, _ = built(tmp_path, data)
    assert page.count("この2件は同じ人ですか") == 25
    assert "上位15件を表示(全80件" in page


def test_what_was_decided_before_stands_beside_a_finding_that_is_still_there(
    tmp_path: Path,
) -> None:
    decided = [
        received("ng9", "pass_back", "waiting", comment="至急"),
        received("ng9", "not_ng", "replaced", is_latest=False, decided_on=date(2026, 9, 18)),
    ]
    page, workbook = built(tmp_path, warehouse(received=decided))
    (row,) = rows(workbook, "3_NGの差し戻し")
    assert row["previous"] == "差し戻す(9/25 山本 至急)"
    assert "前回の判断:差し戻す(9/25 山本 至急)" in page
    assert "NGではない(9/18" not in page


def test_the_week_counts_what_was_carried_out_and_what_waits(tmp_path: Path) -> None:
    decided = [
        received("a", "merge", "carried_out"),
        received("b", "merge", "waiting"),
        received("c", "merge", "overruled"),
        received("d", "hold", "noted"),
        received("e", "merge", "waiting", decided_on=date(2026, 9, 4)),
        received("f", "merge", "carried_out", decided_on=date(2026, 9, 4)),
    ]
    page, _ = built(tmp_path, warehouse(received=decided))
    table = page[page.index('id="received"') : page.index('id="duplicates"')]
    figures = [
        cell.split("<")[0] for cell in table.split('<td class="figure">')[1:]
    ]  # fmt: skip
    assert figures == ["3", "1", "1", "1", "1", "0", "0", "0"]
    assert "まだ反映を待っているもの:1件" in table


def test_a_week_without_decisions_says_so(tmp_path: Path) -> None:
    page, _ = built(tmp_path, warehouse())
    assert "この1週間に受け取った判断はありません。" in page
    assert "まだ反映を待っているもの" not in page


def test_a_pair_whose_record_is_gone_is_still_shown(tmp_path: Path) -> None:
    data = warehouse()
    data.records = data.records[:1]
    _, workbook = built(tmp_path, data)
    assert rows(workbook, REVIEW)[0]["both_names"] == "青山 一郎\nS1"

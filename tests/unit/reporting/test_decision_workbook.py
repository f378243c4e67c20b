"""The workbook: everything to decide is there, safe to open, and readable by machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reporting.decision_workbook import has_decisions
from reporting.friday import FridayReport, build_friday_report
from reporting.workbook_keys import KEY_SHEET
from reporting.workbook_sheets import FILLED_IN, HEADER_ROW, HIDDEN
from tests.fixtures.reporting.friday_warehouse import (
    AS_OF,
    FridayWarehouse,
    finding,
    person,
    record,
)

NASTY = ["=HYPERLINK(1)", "+81300001111", "-1", "@SUM(A1)", "\t=1", "bell\x07"]


def build(folder: Path, warehouse: FridayWarehouse) -> FridayReport:
    path = folder / "w.duckdb"
    if not path.exists():
        warehouse.write(path)
    return build_friday_report(
        path, folder, as_of=AS_OF, salesforce_url="https://aozora.my.salesforce.test/"
    )


def sheet_of(report: FridayReport, name: str) -> Worksheet:
    return load_workbook(report.workbook_path)[name]


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    names = [cell.value for cell in sheet[HEADER_ROW - 1]]
    return [
        dict(zip(names, row, strict=True))
        for row in sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True)
        if row[0]
    ]


def one_missing(**values: object) -> FridayWarehouse:
    return FridayWarehouse(
        persons=[person("p1", score=45)],
        records=[record("lead", "00QL1", display_name="青山 一郎", company_name="青空商事")],
        findings=[
            finding(
                "person__missing_attribute",
                "00QL1",
                **{
                    "finding_id": "finding_1",
                    "person_id": "p1",
                    "attribute": "title",
                    "proposed_value": "営業部長",
                    "proposed_from": "card_files:row:名刺:大阪.csv:12",
                    **values,
                },
            )
        ],
    )


def test_a_row_has_what_is_needed_to_decide_and_to_read_it_back(tmp_path: Path) -> None:
    sheet = sheet_of(build(tmp_path, one_missing()), "2_足りない項目")
    (row,) = rows_of(sheet)
    expected = {
        "number": "2-1",
        "rule": "項目が空欄",
        "person": "青山 一郎",
        "company": "青空商事",
        "record": "リード",
        "record_id": "00QL1",
        "score": 45,
        "attribute": "役職",
        "proposed": "営業部長",
        "source": "名刺リスト 名刺:大阪.csv:12",
        "decision": None,
        "finding_id": "finding_1",
        "rule_id": "person__missing_attribute",
    }
    assert {name: row[name] for name in expected} == expected


def test_keys_are_hidden_header_is_frozen_and_filtered(tmp_path: Path) -> None:
    sheet = sheet_of(build(tmp_path, one_missing()), "2_足りない項目")
    columns = {cell.value: cell.column_letter for cell in sheet[HEADER_ROW - 1]}
    hidden = {name for name, letter in columns.items() if sheet.column_dimensions[letter].hidden}
    assert hidden == set(HIDDEN)
    assert sheet.row_dimensions[HEADER_ROW - 1].hidden
    assert sheet.freeze_panes == f"E{HEADER_ROW + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{HEADER_ROW}:")
    link = sheet[f"{columns['record_id']}{HEADER_ROW + 1}"].hyperlink
    assert link.target == "https://aozora.my.salesforce.test/lightning/r/Lead/00QL1/view"


@pytest.mark.parametrize(
    ("sheet_name", "choice"),
    [
        ("1_重複の統合", "統合する"),
        ("1b_同じ人かの確認", "同一人物・同じ会社"),
        ("2_足りない項目", "提案値で埋める"),
        ("3_NGの差し戻し", "差し戻す"),
        ("4_ステージの更新", "今のステージでよい"),
        ("5_おかしな値", "このままでよい"),
    ],
)
def test_every_sheet_offers_its_choices(tmp_path: Path, sheet_name: str, choice: str) -> None:
    sheet = sheet_of(build(tmp_path, one_missing()), sheet_name)
    (validation,) = sheet.data_validations.dataValidation
    choices = validation.formula1.strip('"').split(",")
    assert choice in choices
    assert "保留" in choices
    assert len(validation.formula1) <= 255
    decision = [cell.value for cell in sheet[HEADER_ROW - 1]].index("decision")
    letter = sheet[HEADER_ROW][decision].column_letter
    assert str(validation.sqref).startswith(f"{letter}{HEADER_ROW + 1}")


@pytest.mark.parametrize("text", NASTY)
def test_a_text_never_becomes_a_formula(tmp_path: Path, text: str) -> None:
    sheet = sheet_of(build(tmp_path, one_missing(proposed_value=text)), "2_足りない項目")
    names = [cell.value for cell in sheet[HEADER_ROW - 1]]
    cell = sheet[HEADER_ROW + 1][names.index("proposed")]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\x07", "")
    assert cell.quotePrefix == (not text.startswith("bell"))


def test_the_guide_names_every_sheet_and_counts(tmp_path: Path) -> None:
    workbook = load_workbook(build(tmp_path, one_missing()).workbook_path)
    assert workbook.sheetnames[0] == "使い方"
    assert workbook[KEY_SHEET].sheet_state == "veryHidden"
    seen = [name for name in workbook.sheetnames if name != KEY_SHEET]
    cells = [row[:2] for row in workbook["使い方"].iter_rows(values_only=True)]
    assert [(name, 1 if "足りない" in name else 0) for name in seen[1:]] == [
        row for row in cells if row[0] in seen
    ]


def test_the_workbook_also_holds_what_the_page_has_no_room_for(tmp_path: Path) -> None:
    warehouse = FridayWarehouse(
        findings=[finding("person__ng_to_pass_back", f"L{i}") for i in range(120)]
    )
    assert len(rows_of(sheet_of(build(tmp_path, warehouse), "3_NGの差し戻し"))) == 120


def test_decisions_of_people_are_never_overwritten(tmp_path: Path) -> None:
    first = build(tmp_path, one_missing())
    assert not has_decisions(first.workbook_path)
    assert build(tmp_path, one_missing()).kept_workbook is None

    workbook = load_workbook(first.workbook_path)
    sheet = workbook["2_足りない項目"]
    names = [cell.value for cell in sheet[HEADER_ROW - 1]]
    sheet.cell(HEADER_ROW + 1, names.index(FILLED_IN[0]) + 1).value = "提案値で埋める"
    workbook.save(first.workbook_path)

    second = build(tmp_path, one_missing())
    assert second.kept_workbook == first.workbook_path.with_name("decisions-1.xlsx")
    assert has_decisions(second.kept_workbook)
    assert not has_decisions(second.workbook_path)


def test_a_workbook_that_cannot_be_read_is_kept_too(tmp_path: Path) -> None:
    broken = tmp_path / "decisions.xlsx"
    broken.write_bytes(b"half a file")
    assert has_decisions(broken)
    foreign = tmp_path / "foreign.xlsx"
    Workbook().save(foreign)
    assert not has_decisions(foreign)


def test_a_fault_while_writing_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = build(tmp_path, one_missing())
    before = report.workbook_path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("reporting.friday.write_workbook", fail)
    with pytest.raises(OSError, match="no space"):
        build(tmp_path, one_missing())
    assert report.workbook_path.read_bytes() == before
    assert {path.name for path in report.workbook_path.parent.iterdir()} == {
        "report.html",
        "decisions.xlsx",
    }

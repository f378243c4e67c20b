"""Workbooks as people make them: merged cells, formulas, dates, and what only looks like one."""

import io
import time
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ingestion import workbooks
from ingestion.sheets import BadCell, NotATable
from ingestion.sources.card_files import read_cards, shape_card

HEADER = ["会社名", "氏名", "メール", "名刺交換日"]
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def saved(tmp_path):
    def save(*rows, merges=(), formats=None, name="名刺.xlsx", epoch=None):
        book = Workbook()
        if epoch:
            book.epoch = epoch
        for row in rows:
            book.active.append(row)
        for area in merges:
            book.active.merge_cells(area)
        for place, number_format in (formats or {}).items():
            book.active[place].number_format = number_format
        book.save(tmp_path / name)
        return tmp_path / name

    return save


def values(path):
    return [row.values for row in read_cards(path).rows]


def with_sheet_xml(path, change):
    """Rewrite the XML of the first sheet, as other programs would have written it."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name.endswith("sheet1.xml") else data)
    return path


def test_a_value_belongs_to_all_cells_it_is_merged_over(saved):
    path = saved(
        HEADER,
        ["山田製作", "山田 太郎", "t@yamada.test"],
        [None, "佐藤 次郎", "j@yamada.test"],
        ["鈴木商事", "鈴木 花子", "h@suzuki.test"],
        merges=["A2:A3"],
    )
    assert [(one["company_name"], one["full_name"]) for one in values(path)] == [
        ("山田製作", "山田 太郎"), ("山田製作", "佐藤 次郎"), ("鈴木商事", "鈴木 花子"),
    ]  # fmt: skip


def test_rows_that_are_merged_as_a_whole_are_one_row(saved):
    path = saved(
        HEADER,
        ["山田製作", "山田 太郎", "t@yamada.test", "2026/1/2"],
        [],
        merges=["A2:A3", "B2:B3", "C2:C3", "D2:D3"],
    )
    assert len(values(path)) == 1


def test_a_header_merged_over_two_columns_covers_both(saved):
    path = saved(
        ["会社名", "氏名", None, "電話", None],
        ["山田製作", "山田", "太郎", "03-0000-0001", "03-0000-0002"],
        merges=["B1:C1", "D1:E1"],
    )
    [row] = read_cards(path).rows
    assert row.values["full_name"] == "山田 太郎"
    assert row.values["phone"] == "03-0000-0001"
    assert row.extra == {"電話": "03-0000-0002"}


def test_a_header_of_two_lines_is_read_by_its_lower_one(saved):
    path = saved(
        ["名刺台帳"],
        ["会社名", "氏名", None, "連絡先", None],
        [None, "姓", "名", "メール", "TEL"],
        ["山田製作", "山田", "太郎", "t@yamada.test", "03-0000-0001"],
        merges=["A1:E1", "A2:A3", "B2:C2", "D2:E2"],
    )
    assert values(path) == [
        {"company_name": "山田製作", "family_name": "山田", "given_name": "太郎",
         "email": "t@yamada.test", "phone": "03-0000-0001"}
    ]  # fmt: skip


def test_a_merged_title_alone_makes_no_sheet_look_like_a_table(tmp_path):
    book = Workbook()
    book.active.append(["会社名", "氏名"])
    book.active.append(["山田製作", "山田 太郎"])
    page = book.create_sheet("使い方")
    for line in range(1, 6):
        page.cell(line, 1, "この表の使い方を書いておきます")
        page.merge_cells(start_row=line, start_column=1, end_row=line, end_column=9)
    book.save(tmp_path / "a.xlsx")
    assert read_cards(tmp_path / "a.xlsx").problems == []


def test_formulas_count_by_their_saved_result_and_are_named_without_one(saved):
    path = saved(HEADER, ["山田製作", "=A2", "t@yamada.test"], ["鈴木商事", "鈴木 花子"])
    with_sheet_xml(
        path,
        lambda xml: xml.replace(
            b"</sheetData>",
            b'<row r="4"><c r="A4"><v>7</v></c><c r="B4" t="str"><f>A1</f><v>'
            + "佐藤 次郎".encode()
            + b'</v></c></row><row r="5"><c r="A5"><v>8</v></c><c r="B5" t="e"><f>X</f>'
            b"<v>#REF!</v></c></row></sheetData>",
        ),
    )
    rows = list(read_cards(path).rows)
    assert isinstance(rows[0].values["full_name"], BadCell)
    assert rows[0].bad_cell.row == 2
    assert rows[2].values["full_name"] == "佐藤 次郎"
    problem = rows[3].bad_cell
    assert (problem.row, problem.column, problem.value) == (5, "氏名", "#REF!")


def test_a_formula_without_a_saved_result_rejects_its_row_by_name(saved):
    path = saved(HEADER, ["山田製作", "山田 太郎", "t@yamada.test"])
    with_sheet_xml(path, lambda xml: xml.replace(b'<c r="C2"', b'<c r="Z2"><f>B2</f></c><c r="C2"'))
    with_sheet_xml(
        path,
        lambda xml: xml.replace(
            b"</row></sheetData>", b'<c r="D2"><f>TODAY()</f></c></row></sheetData>'
        ),
    )
    [row] = read_cards(path).rows
    assert row.bad_cell.column == "名刺交換日"
    assert "計算結果" in row.bad_cell.reason
    assert list(row.extra.values()) == ["(数式)"]


def test_dates_of_both_calendars_and_zeros_that_only_the_format_shows(saved):
    day = datetime(2026, 1, 2)  # noqa: DTZ001
    header = [*HEADER, "郵便番号", "電話番号"]
    row = ["山田製作", "山田 太郎", "", day, 1000001, 312345678]
    formats = {"E2": "000-0000", "F2": "0000000000"}
    [modern] = values(saved(header, row, formats=formats))
    [old] = values(saved(header, row, formats=formats, name="mac.xlsx", epoch=CALENDAR_MAC_1904))
    assert modern == old
    assert modern["exchanged_on"] == "2026-01-02 00:00:00"
    assert (modern["postal_code"], modern["phone"]) == ("100-0001", "0312345678")


@pytest.mark.parametrize(("epoch", "serial"), [(None, 46024), (CALENDAR_MAC_1904, 44562)])
def test_a_day_typed_as_a_bare_number_counts_from_the_books_own_year(saved, epoch, serial):
    [row] = read_cards(saved(HEADER, ["山田製作", "山田", "", serial], epoch=epoch)).rows
    assert str(shape_card(row)["exchanged_on"]) == "2026-01-02"


def test_how_a_name_is_read_is_no_part_of_it(saved):
    def phonetic(xml):
        return xml.replace(
            b"</sheetData>",
            b'<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c><c r="B2" t="inlineStr"><is>'
            b'<r><t>Yama</t></r><r><t>da</t></r><rPh sb="0" eb="1"><t>KANA</t></rPh></is></c></row>'
            b"</sheetData>",
        )

    assert values(with_sheet_xml(saved(HEADER), phonetic)) == [
        {"company_name": "A", "full_name": "Yamada"}
    ]


def test_prefixes_and_missing_places_of_other_programs(saved):
    def foreign(xml):
        body = (
            f'<x:worksheet xmlns:x="{NAMESPACE}"><x:sheetData>'
            "<x:row><x:c t='inlineStr'><x:is><x:t>会社名</x:t></x:is></x:c>"
            "<x:c t='inlineStr'><x:is><x:t>氏名</x:t></x:is></x:c></x:row>"
            "<x:row><x:c t='inlineStr'><x:is><x:t>山田製作</x:t></x:is></x:c>"
            "<x:c t='str'><x:v>山田 太郎</x:v></x:c></x:row></x:sheetData></x:worksheet>"
        )
        return body.encode()

    assert values(with_sheet_xml(saved(HEADER), foreign)) == [
        {"company_name": "山田製作", "full_name": "山田 太郎"}
    ]


def test_a_hidden_sheet_of_choices_is_no_fault(tmp_path):
    book = Workbook()
    book.active.append(["会社名", "氏名"])
    book.active.append(["山田製作", "山田 太郎"])
    choices = book.create_sheet("選択肢")
    for number in range(5):
        choices.append(["赤", "青", number])
    choices.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert read_cards(tmp_path / "a.xlsx").problems == []


def test_a_note_beside_the_table_of_a_sheet_is_kept(saved):
    [row] = read_cards(saved(HEADER, ["山田製作", "山田", "", "2026/1/2", None, "要確認"])).rows
    assert (row.has_surplus, row.extra) == (False, {"列6": "要確認"})


def test_a_million_lines_that_are_only_formatted_are_read_at_once(saved):
    blank = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 1_048_577))
    path = with_sheet_xml(
        saved(HEADER, ["山田製作", "山田 太郎"]),
        lambda xml: xml.replace(b"</sheetData>", blank + b"</sheetData>"),
    )
    began = time.monotonic()
    assert len(values(path)) == 1
    assert time.monotonic() - began < 5


def test_bombs_wide_sheets_and_entities_are_refused(saved, monkeypatch):
    wide = saved(["会社名", "氏名", *[None] * 600, "x"], ["山田製作", "山田"])
    with pytest.raises(NotATable, match="列が多すぎます"):
        values(wide)
    path = saved(HEADER, ["山田製作", "山田 太郎"])
    with_sheet_xml(path, lambda xml: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + xml)
    with pytest.raises(NotATable, match="開けません"):
        values(path)
    monkeypatch.setattr(workbooks, "_MAX_UNPACKED", 10_000)
    with pytest.raises(NotATable, match="大きすぎる"):
        values(saved(HEADER, *[["山田製作", f"山田{n}"] for n in range(500)]))


def test_a_size_that_lies_is_no_way_in(saved):
    path = saved(HEADER, *[["山田製作", f"山田{n}"] for n in range(500)])
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(content.replace(real.to_bytes(4, "little"), (400).to_bytes(4, "little")))
    with pytest.raises(NotATable):
        values(path)


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_workbook_is_named_as_such(saved, part):
    path = saved(HEADER, ["山田製作", "山田 太郎"])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(NotATable, match="途中までしかありません"):
        values(path)

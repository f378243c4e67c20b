"""CSV as it comes: broken lines, open quotes, guarded numbers, other kinds of files, any bytes."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ingestion.sheets import BadCell, NotATable
from ingestion.sources.card_files import read_cards

HEADER = "会社名,氏名,電話番号,メール\r\n"
ROW = "山田製作,山田 太郎,03-0000-1234,taro@yamada.test\r\n"


@pytest.fixture
def read(tmp_path):
    def rows(content, name="名刺.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_cards(path).rows)

    return rows


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-be"]
)
def test_encodings(read, encoding):
    content = (HEADER + ROW).encode(encoding)
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    assert read(content)[0].values["full_name"] == "山田 太郎"


def test_a_character_that_cp932_lacks_stays_lost_and_loses_nothing_else(read):
    content = (HEADER + ROW.replace("山田 太郎", "𠮷田 太郎")).encode("cp932", "replace")
    assert read(content)[0].values["full_name"] == "?田 太郎"


def test_one_line_in_another_encoding_is_named_and_the_rest_is_read(read):
    lines = [HEADER.encode(), *[ROW.encode()] * 30, "鈴木商事,鈴木 花子,,".encode("cp932")]
    rows = read(b"".join(lines))
    assert [row.bad_cell is not None for row in rows] == [False] * 30 + [True]
    assert rows[-1].bad_cell.row == 32
    assert "文字が壊れています" in rows[-1].bad_cell.reason


def test_an_open_quote_is_named_and_swallows_nothing_silently(read):
    rows = read(HEADER + ROW + '佐藤工業,"佐藤 次郎,,\r\n' + ROW * 3)
    assert len(rows) == 2
    assert (rows[1].bad_cell.row, rows[1].bad_cell.column) == (3, "会社名")
    assert "引用符" in rows[1].bad_cell.reason


def test_line_breaks_inside_quotes_are_part_of_the_value(read):
    rows = read('"会社\n名","氏名\n(必須)",メール\n山田製作,"山田\n太郎",t@yamada.test\n')
    assert rows[0].values["full_name"] == "山田\n太郎"
    assert rows[0].line == 2


def test_numbers_that_programs_guard_against_excel_lose_their_guard(read):
    row = '山田製作,山田,"=""0300001234""",t@yamada.test\n'
    assert read(HEADER + row)[0].values["phone"] == "0300001234"


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters(read, delimiter):
    assert read((HEADER + ROW).replace(",", delimiter))[0].values["phone"] == "03-0000-1234"


def test_title_lines_with_more_commas_than_the_table_do_no_harm(read):
    title = "一覧;東京;大阪;名古屋;福岡;札幌;仙台;広島\n"
    assert read(title * 3 + HEADER + ROW)[0].values["full_name"] == "山田 太郎"


def test_a_workbook_named_csv_is_read_as_what_it_is(read):
    book, buffer = Workbook(), io.BytesIO()
    book.active.append(["会社名", "氏名"])
    book.active.append(["山田製作", "山田 太郎"])
    book.save(buffer)
    assert read(buffer.getvalue())[0].values["full_name"] == "山田 太郎"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("名刺.xls", OLE, "Excelブック(*.xlsx)"),
        ("名刺.xlsx", ENCRYPTED, "パスワードを外し、"),
        ("名刺.xlsx", OLE, "Excelブック(*.xlsx)"),
        ("名刺.xlsb", b"PK\x03\x04", "Excelブック(*.xlsx)"),
        ("名刺.numbers", b"PK\x03\x04", "書き出す"),
        ("名刺.pdf", b"%PDF-1.7", "Excel(.xlsx)かCSV"),
        ("名刺.csv", b"%PDF-1.7", "Excel(.xlsx)かCSV"),
        ("名刺.jpg", b"\xff\xd8\xff", "Excel(.xlsx)かCSV"),
        ("名刺.zip", b"PK\x03\x04", "展開"),
        ("名刺.docx", b"PK\x03\x04", "Excelに貼り付け"),
        ("名刺.ods", b"PK\x03\x04", "Excelブック(*.xlsx)"),
        ("名刺.vcf", b"BEGIN:VCARD", "CSVで書き出して"),
        ("名刺", b"abc", "Excel(.xlsx)かCSV"),
        ("空.csv", b"", "入れ直してください"),
        ("空白.csv", b"\xef\xbb\xbf \r\n", "入れ直してください"),
    ],
)
def test_other_kinds_of_files_are_told_what_to_do(read, name, content, words):
    with pytest.raises(NotATable) as caught:
        read(content, name)
    assert words in caught.value.remedy


def test_a_zip_with_a_password_is_named(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    content = bytearray(buffer.getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    with pytest.raises(NotATable, match="パスワード"):
        read(bytes(content), "名刺.xlsx")


def test_too_many_columns_are_refused(read):
    with pytest.raises(NotATable, match="列が多すぎます"):
        read(HEADER + "x," * 600 + "x\n")


any_bytes = st.binary(max_size=300)
texts = st.text(alphabet='氏名会社メール,"\t;\r\n山田a@.\ud800\x00=', max_size=120)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.one_of(
        any_bytes,
        any_bytes.map(lambda one: b"PK\x03\x04" + one),
        any_bytes.map(lambda one: HEADER.encode("cp932") + one),
        texts.map(lambda one: (HEADER + one).encode("utf-8", "surrogatepass")),
    ),
    suffix=st.sampled_from([".csv", ".xlsx", ".txt", ".pdf"]),
)
def test_no_bytes_whatever_bring_another_error(tmp_path, content, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    try:
        for row in read_cards(path).rows:
            assert all(isinstance(cell, str) for cell in row.values.values())
            "".join(cell for cell in row.values.values()).encode()
    except NotATable as error:
        assert error.reason
        assert error.remedy


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    at=st.integers(0, 10_000),
    change=st.binary(min_size=1, max_size=8),
    cut=st.one_of(st.none(), st.integers(1, 10_000)),
)
def test_no_damage_to_a_workbook_brings_another_error(tmp_path, at, change, cut):
    book, buffer = Workbook(), io.BytesIO()
    book.active.append(["会社名", "氏名", "名刺交換日"])
    for number in range(20):
        book.active.append(["山田製作", f"山田{number}", 46024 + number])
    book.active.merge_cells("A2:A5")
    book.save(buffer)
    content = bytearray(buffer.getvalue())
    start = at % len(content)
    content[start : start + len(change)] = change
    path = tmp_path / "x.xlsx"
    path.write_bytes(bytes(content[: cut % len(content)] if cut else content))
    try:
        assert all(isinstance(row.values, dict) for row in read_cards(path).rows)
    except NotATable as error:
        assert error.remedy


def test_a_bad_cell_is_a_text_with_a_reason():
    cell = BadCell("#N/A", "数式がエラーです。", "直してください。")
    assert (cell, cell.reason, cell.remedy) == ("#N/A", "数式がエラーです。", "直してください。")

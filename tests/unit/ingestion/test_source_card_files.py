"""Card lists: the life of a dropped file, and what a header, a cell or a file may look like."""

import json
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from ingestion.sheets import NotATable
from ingestion.sources.card_files import read_cards

HEADER = "会社名,氏名,メールアドレス,電話番号,名刺交換日,ランク"
ROWS = [
    "株式会社山田製作,山田 太郎,taro@yamada-seisaku.test,03-0000-1234,2026/1/2,A",
    "鈴木商事(株),鈴木 花子,hanako@suzuki-shoji.test,090-0000-1234,令和8年2月3日,",
]


@pytest.fixture
def cards(landing):
    folder = landing.inbox_dir / "cards"
    folder.mkdir(parents=True)
    return folder


def text(*rows, header=HEADER):
    return "\r\n".join([header, *rows]) + "\r\n"


def book(path, **sheets):
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)


def row_of(report):
    return report.resources[0]


def names(landing):
    return landing.ask("SELECT row_id, full_name FROM raw_card_files.row ORDER BY row_id")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_every_usual_encoding_is_read(tmp_path, encoding):
    path = tmp_path / "名刺.csv"
    path.write_bytes(text(*ROWS).encode(encoding))
    assert [row.values["full_name"] for row in read_cards(path).rows] == ["山田 太郎", "鈴木 花子"]


def test_a_list_lands_with_its_dates_and_unknown_columns(landing, cards):
    (cards / "名刺.csv").write_bytes(text(*ROWS).encode("cp932"))
    assert row_of(landing.load("card_files")).rows_loaded == 2
    found = landing.ask(
        "SELECT row_id, company_name, full_name, exchanged_on, extra_json"
        " FROM raw_card_files.row ORDER BY row_number"
    )
    assert found[0][:4] == ("名刺.csv:1", "株式会社山田製作", "山田 太郎", date(2026, 1, 2))
    assert json.loads(found[0][4]) == {"ランク": "A"}
    assert found[1][3:] == (date(2026, 2, 3), None)


def test_a_workbook_with_title_rows_blank_lines_and_several_sheets(landing, cards):
    header = ["No", "社名", "姓", "名", "TEL", "交換日"]
    book(
        cards / "名刺.xlsx",
        東京=[
            ["名刺台帳"], [], header,
            [1, "山田製作", "山田", "太郎", "03-0000-1234", datetime(2026, 1, 2)],  # noqa: DTZ001
            [],
            [2, "鈴木商事", "鈴木", "花子", "06-0000-1234", 46025],
            header,
        ],
        大阪=[header, [1, "佐藤工業", "佐藤", "次郎", "06-0000-5678", "2026年1月4日"]],
        メモ=[["使い方はこちら"]],
    )  # fmt: skip
    assert row_of(landing.load("card_files")).status == "ok"
    found = landing.ask(
        "SELECT row_id, sheet_name, family_name, phone, exchanged_on"
        " FROM raw_card_files.row ORDER BY row_number"
    )
    assert found == [
        ("名刺.xlsx:1", "東京", "山田", "03-0000-1234", date(2026, 1, 2)),
        ("名刺.xlsx:2", "東京", "鈴木", "06-0000-1234", date(2026, 1, 3)),
        ("名刺.xlsx:3", "大阪", "佐藤", "06-0000-5678", date(2026, 1, 4)),
    ]


def test_an_eight_export_with_preamble_and_tag_columns(landing, cards):
    header = (
        "会社名,部署名,役職,姓,名,e-mail,郵便番号,住所,TEL会社,TEL部門,TEL直通,Fax,携帯電話,URL,"
        "名刺交換日,展示会"
    )
    row = "山田製作,営業部,部長,山田,太郎,t@yamada.test,,,,,03-0000-9999,,,,2026-01-02,1"
    content = "\ufeffEight 名刺データ\n\n" + text(row, header=header)
    (cards / "eight.csv").write_text(content, encoding="utf-8")
    landing.load("card_files")
    found = landing.ask("SELECT family_name, phone, extra_json FROM raw_card_files.row")
    assert found == [("山田", "03-0000-9999", '{"展示会": "1"}')]


def test_a_finished_file_moves_on_and_the_same_file_loads_once(landing, cards):
    (cards / "a.csv").write_text(text(*ROWS), encoding="utf-8")
    landing.load("card_files")
    assert not (cards / "a.csv").exists()
    (cards / "a.csv").write_text(text(*ROWS), encoding="utf-8")
    (cards / "copy of a.csv").write_text(text(*ROWS), encoding="utf-8")
    again = row_of(landing.load("card_files"))
    assert (again.rows_loaded, again.rows_total, again.status) == (0, 2, "ok")
    assert (cards / "processed" / "a.csv").exists()
    assert (cards / "processed" / "same_content" / "copy of a.csv").exists()
    assert [path.name for path in cards.iterdir()] == ["processed"]


def test_the_same_name_with_new_content_replaces_its_rows(landing, cards):
    (cards / "a.csv").write_text(text(*ROWS), encoding="utf-8")
    (cards / "b.csv").write_text(text(ROWS[0].replace("太郎", "三郎")), encoding="utf-8")
    landing.load("card_files")
    (cards / "a.csv").write_text(text(ROWS[1]), encoding="utf-8")
    assert row_of(landing.load("card_files")).rows_loaded == 1
    assert names(landing) == [("a.csv:1", "鈴木 花子"), ("b.csv:1", "山田 三郎")]
    assert len(list((cards / "processed" / "replaced").iterdir())) == 1


def test_a_deleted_warehouse_comes_back_from_the_processed_files(landing, cards):
    (cards / "a.csv").write_text(text(*ROWS), encoding="utf-8")
    (cards / "bad.csv").write_text(text(ROWS[0], ",,,,あした,"), encoding="utf-8")
    landing.load("card_files")
    before = names(landing)
    (landing.data_dir / "warehouse.duckdb").unlink()
    landing.load("card_files")
    assert names(landing) == before
    assert len(before) == 3


def test_a_partly_bad_file_loads_its_good_rows_and_explains_the_others(landing, cards):
    broken = "株式会社山田製作,山田 次郎,j@yamada-seisaku.test,,あした,A"
    book(cards / "名刺.xlsx", 一覧=[HEADER.split(","), ROWS[0].split(","), broken.split(",")])
    done = row_of(landing.load("card_files"))
    assert (done.status, done.rows_loaded, done.rejected) == ("partial", 1, 1)
    assert landing.rejected() == [("row", "名刺.xlsx:2", "名刺交換日", "日付として読めません。")]
    note = (cards / "rejected" / "名刺.xlsx.txt").read_text(encoding="utf-8-sig")
    assert "■ 日付として読めません。\n　直し方: 2026/1/31 のように入れてください。" in note
    assert "・シート「一覧」 3行目 列「名刺交換日」 値「あした」" in note
    assert "1 行を取り込みました" in note
    assert (cards / "rejected" / "名刺.xlsx").exists()


def test_a_repaired_file_clears_what_was_rejected(landing, cards):
    (cards / "a.csv").write_text(text(ROWS[0], ROWS[1] + ",ずれ"), encoding="utf-8")
    landing.load("card_files")
    assert landing.rejected()[0][3] == "見出しより右にも値があります。"
    (cards / "a.csv").write_text(text(*ROWS), encoding="utf-8")
    done = row_of(landing.load("card_files"))
    assert (done.status, done.rows_total) == ("ok", 2)
    assert landing.rejected() == []
    assert not list((cards / "rejected").iterdir())


NO_TABLES = {
    "写真.csv": b"\x89PNG\r\n\x1a\n\x00\x00",
    "議事録.csv": "本日の会議\n特になし\n".encode(),
    "空.csv": b"",
    "壊れた.xlsx": b"PK\x03\x04 not really",
    "古い.xls": b"\xd0\xcf\x11\xe0",
    "色.csv": "色,形,数\n赤,丸,3\n青,角,2\n".encode("cp932"),
    "文字化け.csv": b"\xff\x81\xff\x81\x20\xa4",
}


def test_what_is_no_table_is_set_aside_with_a_note_and_the_rest_loads(landing, cards):
    for name, content in NO_TABLES.items():
        (cards / name).write_bytes(content)
    (cards / "good.csv").write_text(text(*ROWS), encoding="utf-8")
    done = row_of(landing.load("card_files"))
    assert (done.status, done.rows_loaded, done.rejected) == ("partial", 2, len(NO_TABLES))
    for name in NO_TABLES:
        assert name in done.error
        note = (cards / "rejected" / f"{name}.txt").read_text(encoding="utf-8-sig")
        assert note.startswith(f"「{name}」を取り込めませんでした。")
        assert (cards / "rejected" / name).exists()
    again = row_of(landing.load("card_files"))
    assert (again.status, again.rows_total, again.rejected) == ("ok", 2, 0)


def test_an_unknown_header_is_told_with_what_would_be_known(tmp_path):
    path = tmp_path / "色.csv"
    path.write_bytes(NO_TABLES["色.csv"])
    with pytest.raises(NotATable, match=r"色、形、数.*氏名"):
        read_cards(path)


def test_a_bad_replacement_keeps_the_rows_of_the_good_one(landing, cards):
    (cards / "a.csv").write_text(text(*ROWS), encoding="utf-8")
    landing.load("card_files")
    (cards / "a.csv").write_bytes(b"\x00\x01\x02")
    landing.load("card_files")
    assert len(names(landing)) == 2
    (landing.data_dir / "warehouse.duckdb").unlink()
    landing.load("card_files")
    assert len(names(landing)) == 2


def test_files_that_are_being_written_wait(landing, cards):
    (cards / "~$名刺.xlsx").write_bytes(b"lock")
    (cards / ".名刺.csv.part").write_text("会社名")
    done = row_of(landing.load("card_files"))
    assert (done.status, done.rows_total) == ("ok", 0)
    assert len(list(cards.iterdir())) == 2


def test_a_killed_run_that_had_loaded_but_not_moved_ends_clean(landing, cards, monkeypatch):
    (cards / "a.csv").write_text(text(*ROWS, ",,,,あした,"), encoding="utf-8")
    monkeypatch.setattr("ingestion.pipeline._finish", lambda load: None)
    landing.load("card_files")
    monkeypatch.undo()
    again = row_of(landing.load("card_files"))
    assert (again.rows_loaded, again.rows_total) == (0, 2)
    assert (cards / "rejected" / "a.csv.txt").exists()


def test_off_without_an_inbox(landing):
    assert landing.load("card_files").status == "off"

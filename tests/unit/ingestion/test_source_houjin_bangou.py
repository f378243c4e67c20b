"""The National Tax Agency's files: encodings, archives, events, rejects, off without a folder."""

import csv
import io
import zipfile

import pytest

from ingestion.sources.houjin_bangou import bulk_files
from ingestion.sources.houjin_bangou.contract import FILE_COLUMNS

KAKEHASHI, MATSUKAZE = "5990000000012", "2990000000023"


def row(number, name="株式会社架橋", **more):
    values = {
        "sequence_number": "1", "corporate_number": number, "process": "01", "correct": "0",
        "update_date": "2026-04-01", "change_date": "2026-03-30", "name": name, "kind": "301",
        "prefecture_name": "東京都", "city_name": "港区", "street_number": "芝公園1丁目",
        "prefecture_code": "13", "city_code": "103", "post_code": "1050011",
        "assignment_date": "2015-10-05", "latest": "1", "hihyoji": "0",
    }  # fmt: skip
    return [(values | more).get(column, "") for column in FILE_COLUMNS]


def content(*rows, encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.fixture
def drop(landing):
    def put(name, data):
        folder = landing.inbox_dir / "reference"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return put


def companies(landing, columns="corporate_number, name"):
    return landing.ask(
        f"SELECT {columns} FROM raw_houjin_bangou.corporation ORDER BY corporate_number,"
        " update_date, process"
    )


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_csv", ".csv"), data)
    return out.getvalue()


def test_without_the_folder_it_is_off_and_the_table_is_there(landing):
    report = landing.load("houjin_bangou")
    assert report.status == "off"
    assert companies(landing) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_of_the_agency_is_read(landing, drop, encoding):
    drop("13_tokyo_all_20261001.csv", content(row(KAKEHASHI, "株式会社髙橋"), encoding=encoding))
    assert landing.load("houjin_bangou").status == "ok"
    assert companies(landing) == [(KAKEHASHI, "株式会社髙橋")]
    assert (landing.inbox_dir / "reference/processed/13_tokyo_all_20261001.csv").exists()


def test_a_zip_is_read_and_types_are_kept(landing, drop):
    data = content(row(KAKEHASHI, close_date="2026-09-30", close_cause="11",
                       successor_corporate_number=MATSUKAZE))  # fmt: skip
    drop("diff_20261001.zip", zipped(diff_20261001_csv=data, asc=b"signature"))
    assert landing.load("houjin_bangou").status == "ok"
    found = companies(
        landing,
        "post_code, change_date::text, close_date::text, close_cause, successor_corporate_number,"
        " en_name, file_name",
    )
    expected = ("1050011", "2026-03-30", "2026-09-30", "11", MATSUKAZE, None, "diff_20261001.zip")
    assert found == [expected]


def test_events_of_a_company_add_up_and_the_same_event_stands_once(landing, drop):
    renamed = row(KAKEHASHI, "松風株式会社", process="11", update_date="2026-06-01")
    drop("a.csv", content(row(KAKEHASHI), row(MATSUKAZE)))
    landing.load("houjin_bangou")
    drop("b.csv", content(renamed, row(MATSUKAZE)))
    landing.load("houjin_bangou")
    assert companies(landing, "corporate_number, name, process") == [
        (MATSUKAZE, "株式会社架橋", "01"),
        (KAKEHASHI, "株式会社架橋", "01"),
        (KAKEHASHI, "松風株式会社", "11"),
    ]


def test_the_heading_of_an_answer_of_the_web_api_is_left_out(landing, drop):
    drop("api.csv", b"2026-10-01,1,1,1\r\n" + content(row(KAKEHASHI)))
    landing.load("houjin_bangou")
    assert companies(landing) == [(KAKEHASHI, "株式会社架橋")]


def test_bad_rows_are_named_and_the_rest_loads(landing, drop):
    rows = [
        row(KAKEHASHI),
        row("5990000000013", sequence_number="2"),
        row("59900000000", sequence_number="3"),
        row(MATSUKAZE, sequence_number="4", update_date="never"),
    ]
    drop("all.csv", content(*rows) + b"1,2,3\r\n" + content(row(MATSUKAZE, sequence_number="6")))
    landing.load("houjin_bangou")
    assert [number for number, _ in companies(landing)] == [MATSUKAZE, KAKEHASHI]
    rejected = {(column, reason) for _, _, column, reason in landing.rejected()}
    assert ("corporate_number", "法人番号の検査数字が合いません") in rejected
    assert ("", "30列の行として読めません") in rejected
    assert any(column == "update_date" for column, _ in rejected)


@pytest.mark.parametrize(
    "data",
    [b"", b"name,number\r\nkakehashi,1\r\n", b"PK\x03\x04 no zip", b"\x00" * 100,
     zipped(readme=b"x")],
)  # fmt: skip
def test_what_is_no_such_file_is_rejected_with_a_note(landing, drop, data):
    drop("other.zip", data)
    report = landing.load("houjin_bangou")
    assert report.status == "partial"
    note = landing.inbox_dir / "reference/rejected/other.zip.txt"
    assert "法人番号公表サイト" in note.read_text(encoding="utf-8-sig")
    assert landing.load("houjin_bangou").status == "ok"


def test_an_archive_that_would_fill_the_disk_is_refused(landing, drop, monkeypatch):
    monkeypatch.setattr(bulk_files, "MAX_UNPACKED_BYTES", 1_000)
    drop("bomb.zip", zipped(all_csv=content(*[row(KAKEHASHI)] * 50)))
    assert landing.load("houjin_bangou").status == "partial"
    assert companies(landing) == []


def test_a_deleted_warehouse_is_filled_again_from_what_was_processed(landing, drop):
    drop("all.csv", content(row(KAKEHASHI)))
    landing.load("houjin_bangou")
    assert landing.load("houjin_bangou").resources[0].rows_loaded == 0
    (landing.data_dir / "warehouse.duckdb").unlink()
    landing.load("houjin_bangou")
    assert companies(landing) == [(KAKEHASHI, "株式会社架橋")]


def test_rows_come_a_batch_at_a_time(landing, drop, monkeypatch):
    monkeypatch.setattr(bulk_files, "ROWS_AT_ONCE", 10)
    days = [f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(100)]
    drop("all.csv", content(*(row(KAKEHASHI, update_date=day) for day in days)))
    landing.load("houjin_bangou")
    assert len(companies(landing)) == 100

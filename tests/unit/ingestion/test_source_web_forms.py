"""Exports of form services: what is in them, and one id for one submission."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from ingestion.file_tables import FileRow
from ingestion.sources.web_forms import form_synonyms, shape_submission
from ingestion.sources.web_forms.identifiers import form_of_file, form_of_sheet, submission_id

AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
GOOGLE = (
    'タイムスタンプ,お名前,メールアドレス,会社名,"ご興味のある製品\n(複数選択可)",utm_campaign\n'
    '2026/04/01 9:30:00,山田 太郎,taro@yamada.test,山田製作,"見積, 導入",spring\n'
    "2026/04/02 10:00:00,鈴木 花子,hanako@suzuki.test,鈴木商事,,\n"
)
FORMRUN = (
    "受付番号,対応状況,受信日時,お名前(姓),お名前(名),メールアドレス,電話番号,電話番号,送信元URL\r\n"
    "12,未対応,2026-04-01 09:30,山田,太郎,taro@yamada.test,03-0000-1234,090-0000-1234,"
    "https://www.bridge.test/contact?utm_campaign=spring\r\n"
)


@pytest.fixture
def forms(landing):
    folder = landing.inbox_dir / "forms"
    folder.mkdir(parents=True)
    return folder


def submissions(landing, columns):
    return landing.ask(f"SELECT {columns} FROM raw_web_forms.submission ORDER BY row_id")


def test_a_google_sheet_export_lands_with_its_form_and_instant(landing, forms):
    (forms / "お問い合わせ (回答) - フォームの回答 1.csv").write_text(GOOGLE, encoding="utf-8")
    assert landing.load("web_forms").status == "ok"
    found = submissions(landing, "form_name, submitted_at, full_name, utm_campaign, message")
    assert found == [
        ("お問い合わせ", AT, "山田 太郎", "spring", None),
        ("お問い合わせ", datetime(2026, 4, 2, 1, tzinfo=UTC), "鈴木 花子", None, None),
    ]
    [(extra,), _] = submissions(landing, "extra_json")
    assert json.loads(extra) == {"ご興味のある製品\n(複数選択可)": "見積, 導入"}


def test_a_form_service_export_in_cp932_with_doubled_headers(landing, forms):
    (forms / "資料請求_20260401.csv").write_bytes(FORMRUN.encode("cp932"))
    landing.load("web_forms")
    found = submissions(landing, "form_name, family_name, given_name, phone, page_url, extra_json")
    assert found[0][:4] == ("資料請求", "山田", "太郎", "03-0000-1234")
    assert found[0][4].endswith("utm_campaign=spring")
    assert json.loads(found[0][5]) == {"対応状況": "未対応", "電話番号": "090-0000-1234"}


def test_overlapping_exports_share_their_ids_and_a_changed_status_changes_none(landing, forms):
    (forms / "資料請求_20260401.csv").write_text(FORMRUN, encoding="utf-8")
    again = FORMRUN.replace("未対応", "対応済み") + FORMRUN.splitlines()[1].replace("12,", "13,", 1)
    (forms / "資料請求_20260501.csv").write_text(again, encoding="utf-8")
    landing.load("web_forms")
    rows = submissions(landing, "submission_id")
    assert len(rows) == 3
    assert len(set(rows)) == 2


def test_bad_rows_are_named_and_the_rest_loads(landing, forms):
    rows = ["2026/4/1 9:30,山田,a@x.test", "いつか,山田,b@x.test", ",山田,c@x.test", "2026/4/1,,"]
    (forms / "f.csv").write_text("\n".join(["送信日時,氏名,メール", *rows]), encoding="utf-8")
    done = landing.load("web_forms").resources[0]
    assert (done.status, done.rows_loaded, done.rejected) == ("partial", 1, 3)
    assert [row[3] for row in landing.rejected()] == [
        "日時として読めません。",
        "送信日時が空です。",
        "氏名・会社名・メール・電話のどれもありません。",
    ]


def test_a_list_without_an_instant_is_told_what_it_lacks(landing, forms):
    (forms / "f.csv").write_text("氏名,メール\n山田,a@x.test\n", encoding="utf-8")
    landing.load("web_forms")
    note = (forms / "rejected" / "f.csv.txt").read_text(encoding="utf-8-sig")
    assert "先頭の行: 氏名、メール" in note
    assert "必要な見出し: 送信日時(タイムスタンプ)と、" in note


def test_each_sheet_of_a_workbook_may_be_a_form_of_its_own(landing, forms):
    book = Workbook()
    for number, name in enumerate(["問い合わせ", "ウェビナー申込"]):
        page = book.create_sheet(name)
        page.append(["送信日時", "氏名", "メール"])
        page.append(["2026/4/1 9:30", "山田", f"a{number}@x.test"])
    book.save(forms / "フォーム一覧.xlsx")
    landing.load("web_forms")
    assert submissions(landing, "form_name") == [("問い合わせ",), ("ウェビナー申込",)]


@pytest.mark.parametrize(
    ("file_name", "form"),
    [
        ("資料請求.csv", "資料請求"),
        ("資料請求_20260401.csv", "資料請求"),
        ("資料請求_2026-04-01_103000.csv", "資料請求"),
        ("資料請求 2026年4月1日.csv", "資料請求"),
        ("資料請求 (2).csv", "資料請求"),
        ("資料請求_20260401 - コピー.xlsx", "資料請求"),
        ("資料請求（回答） - フォームの回答 1.csv", "資料請求"),
        ("Contact (Responses) - Form Responses 1.csv", "Contact"),
        ("セミナー2026.csv", "セミナー2026"),
        ("20260401.csv", "20260401"),
    ],
)
def test_the_form_a_file_is_of(file_name, form):
    assert form_of_file(file_name) == form


def test_a_sheet_that_was_never_named_tells_no_form():
    names = ["Sheet1", "シート 2", "フォームの回答 1", "問い合わせ"]
    assert [form_of_sheet(name) for name in names] == ["", "", "", "問い合わせ"]


def test_the_id_is_what_the_readme_says():
    values = {"email": "Taro@yamada.test", "full_name": "山田　太郎"}
    lines = ["資料請求", "2026-04-01t00:30:00z", "taro@yamada.test", "山田太郎"]
    expected = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
    assert submission_id(values, "資料請求", AT) == expected


def test_what_the_id_does_not_depend_on():
    base = {"email": "taro@yamada.test", "full_name": "𠮷田 太郎"}
    same = [
        {**base, "full_name": "?田太郎"},
        {**base, "email": "ＴＡＲＯ@yamada.test"},
        {**base, "message": "x", "phone": "03-0000-1234"},
        {"email": base["email"], "family_name": "𠮷田", "given_name": "太郎"},
    ]
    assert {submission_id(one, "f", AT) for one in same} == {submission_id(base, "f", AT)}
    other = [{**base, "email": "b@yamada.test"}, {**base, "full_name": "田中"}]
    assert len({submission_id(one, "f", AT) for one in [base, *other]}) == 3


def test_without_a_mail_address_the_rest_tells_submissions_apart():
    one = {"full_name": "山田", "phone": "03-0000-1234", "message": "a"}
    ids = {
        submission_id(values, "f", AT)
        for values in (one, {**one, "message": "b"}, {**one, "phone": "0300001234"})
    }
    assert len(ids) == 2


def test_a_surplus_cell_rejects_its_row():
    row = FileRow(1, "", 2, {"email": "a@x.test", "submitted_at": "2026/4/1"}, {}, {}, True)
    assert "見出しより右" in shape_submission(row).reason


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("タイムスタンプ", "submitted_at"), ("お問い合わせ内容 ※必須", "message"),
        ("UTM Source", "utm_source"), ("登録日", "submitted_at"), ("備考", "message"),
        ("貴社名", "company_name"), ("お名前（セイ）", "family_name_reading"),
        ("担当", None), ("名刺交換日", None), ("FAX番号", None),
    ],
)  # fmt: skip
def test_form_headers_are_recognised(header, column):
    assert form_synonyms().column(header) == column

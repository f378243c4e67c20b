"""Spend lists: money and months as people type them."""

from datetime import date

import pytest


@pytest.fixture
def spend(landing):
    folder = landing.inbox_dir / "spend"
    folder.mkdir(parents=True)
    return folder


def test_a_spend_list_lands_by_month_in_whole_yen(landing, spend):
    content = 'キャンペーン名,対象月,費用（円）,媒体メモ\n春の展示会,2026/04,"1,200,000円",東京\n'
    (spend / "広告費.csv").write_bytes(content.encode("cp932"))
    assert landing.load("campaign_spend").resources[0].rows_loaded == 1
    found = landing.ask(
        "SELECT row_id, campaign_name, month_on, cost_jpy, extra_json FROM raw_campaign_spend.row"
    )
    assert found == [
        ("広告費.csv:1", "春の展示会", date(2026, 4, 1), 1_200_000, '{"媒体メモ": "東京"}')
    ]


def test_bad_rows_are_named_and_the_rest_loads(landing, spend):
    rows = [",2026/04,100", "春,いつか,100", "春,2026/04,未定", "夏,2026/07,5000"]
    (spend / "s.csv").write_text("\n".join(["campaign,month,cost", *rows]), encoding="utf-8")
    done = landing.load("campaign_spend").resources[0]
    assert (done.status, done.rows_loaded, done.rejected) == ("partial", 1, 3)
    note = (spend / "rejected" / "s.csv.txt").read_text(encoding="utf-8-sig")
    reasons = ["キャンペーン名が空です。", "月として読めません。", "金額として読めません。"]
    assert [row[3] for row in landing.rejected()] == reasons
    assert all(reason in note for reason in reasons)


def test_a_list_without_one_of_the_three_columns_is_no_spend_list(landing, spend):
    (spend / "s.csv").write_text("campaign,month\n春,2026/04\n", encoding="utf-8")
    done = landing.load("campaign_spend").resources[0]
    assert (done.status, done.rows_total) == ("partial", 0)


def amounts(landing):
    return landing.ask(
        "SELECT row_id, campaign_name, strftime(month_on, '%Y-%m'), cost_jpy"
        " FROM raw_campaign_spend.row ORDER BY row_number"
    )


def drop(spend, *lines, name="s.csv"):
    (spend / name).write_text("\n".join(lines), encoding="utf-8")


def test_months_may_be_columns(landing, spend):
    drop(
        spend,
        "2026年度 広告費 (単位:千円)",
        "キャンペーン名,2026年4月,2026/05,R8.6,合計",
        '春の展示会,"1,200",,30,1230',
        "ウェビナー,5,6,7,18",
        "合計,1205,6,37,1248",
    )
    report = landing.load("campaign_spend")
    assert report.status == "ok"
    assert amounts(landing) == [
        ("s.csv:1", "春の展示会", "2026-04", 1_200_000),
        ("s.csv:2", "春の展示会", "2026-06", 30_000),
        ("s.csv:3", "ウェビナー", "2026-04", 5_000),
        ("s.csv:4", "ウェビナー", "2026-05", 6_000),
        ("s.csv:5", "ウェビナー", "2026-06", 7_000),
    ]
    assert "1 rows of totals left out (line 5)" in report.error


def test_months_without_a_year_are_not_guessed(landing, spend):
    drop(spend, "キャンペーン名,4月,5月", "春,1,2")
    landing.load("campaign_spend")
    note = (spend / "rejected" / "s.csv.txt").read_text(encoding="utf-8-sig")
    assert "「2026年4月」のような年のある月" in note


def test_a_month_beside_the_three_columns_is_only_a_note(landing, spend):
    drop(spend, "キャンペーン名,対象月,費用,2026年5月", "春,2026/4,100,来月の見込み")
    assert landing.load("campaign_spend").status == "ok"
    assert amounts(landing) == [("s.csv:1", "春", "2026-04", 100)]


@pytest.mark.parametrize("word", ["合計", "【小計】", "総 計", "計", "Grand Total"])
def test_totals_are_left_out_and_told(landing, spend, word):
    drop(spend, "施策,月,金額", "春,2026年10月,100", "夏,R8.10,2百万円", f"{word},,2000100")
    report = landing.load("campaign_spend")
    assert (report.status, report.resources[0].rows_loaded) == ("ok", 2)
    assert "s.csv: 1 rows of totals left out (line 4)." in report.error
    assert (spend / "processed" / "s.csv").exists()


def test_negative_and_absurd_amounts_are_rejected_by_row(landing, spend):
    drop(spend, "campaign,month,cost", "a,2026/4,△500", "b,2026/4,999999999999", "c,2026/4,1")
    assert landing.load("campaign_spend").resources[0].rows_loaded == 1
    reasons = ["金額がマイナスです。", "金額が大きすぎます(1,000億円を超えています)。"]
    assert [row[3] for row in landing.rejected()] == reasons

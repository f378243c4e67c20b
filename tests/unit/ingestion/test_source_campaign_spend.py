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

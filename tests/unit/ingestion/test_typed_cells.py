"""Dates, money and headers as people type them."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.headers import card_synonyms
from ingestion.shaping import Cursor, instant_of_ms, ms_of
from ingestion.sources.campaign_spend import spend_synonyms
from ingestion.sources.campaign_spend.yen import read_yen, unit_of
from ingestion.typed_dates import read_date, read_instant

DAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2026/1/2", "2026-01-02", "2026.1.2", "2026年1月2日", "２０２６年１月２日", "20260102",
        "令和8年1月2日", "R8.1.2", "r8/01/02", "46024", "46024.5", "2026-01-02 00:00:00",
        "2026/1/2 10:30", "2026年1月2日(金)", "Jan 2, 2026", "2 Jan 2026",
    ],
)  # fmt: skip
def test_dates_are_read(text):
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("2026/04", date(2026, 4, 1)),
        ("2026年4月", date(2026, 4, 1)),
        ("202604", date(2026, 4, 1)),
        ("Apr 2026", date(2026, 4, 1)),
    ],
)
def test_eras_and_months_are_read(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和6年4月1日", date(2024, 4, 1)),
        ("R6.4.1", date(2024, 4, 1)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("㋿元年5月1日", date(2019, 5, 1)),
        ("Ｒ６年４月", date(2024, 4, 1)),
        ("平成50年1月1日", None),
        ("2026/1/123", None),
        ("R6.4.123", None),
    ],
)
def test_eras_end_and_days_have_two_digits(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026/4/1 9:30", "2026-04-01T00:30:00+00:00"),
        ("2026-04-01 09:30:15", "2026-04-01T00:30:15+00:00"),
        ("2026年4月1日 9時30分", "2026-04-01T00:30:00+00:00"),
        ("令和8年4月1日 9:30", "2026-04-01T00:30:00+00:00"),
        ("2026/04/01(水) 21:05", "2026-04-01T12:05:00+00:00"),
        ("2026/04/01 午後 1:23:45", "2026-04-01T04:23:45+00:00"),
        ("2026/04/01 午前 12:05", "2026-03-31T15:05:00+00:00"),
        ("2026/04/01 3:27:41 午後 GMT+9", "2026-04-01T06:27:41+00:00"),
        ("2026-04-01T03:34:56Z", "2026-04-01T03:34:56+00:00"),
        ("2026-04-01T03:34:56.123+09:00", "2026-03-31T18:34:56+00:00"),
        ("2026-04-01T03:34:56-05:00", "2026-04-01T08:34:56+00:00"),
        ("2026-04-01 10:30-11:30", "2026-04-01T01:30:00+00:00"),
        ("4/1/2026 13:05:00", "2026-04-01T04:05:00+00:00"),
        ("46113.5", "2026-04-01T03:00:00+00:00"),
        ("2026-04-01", "2026-03-31T15:00:00+00:00"),
        ("2026/4/1 25:00", None),
        ("きのう", None),
        ("", None),
    ],
)
def test_instants_are_tokyos_without_a_zone(text, instant):
    found = read_instant(text)
    assert (found and found.isoformat()) == instant


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reading_of_dates(text):
    assert (
        read_instant(text) is None or read_date(text) or "/" in unicodedata.normalize("NFKC", text)
    )


@pytest.mark.parametrize(
    "text", ["", "あした", "1月2日", "2026/13/1", "2026/2/30", "12", "03-0000-1234"]
)
def test_what_is_no_date_gives_none(text):
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("120000", 120_000), ("¥1,234,000", 1_234_000), ("1,234,000円", 1_234_000),
        ("１２万円", 120_000), ("△500", -500), ("-500", -500), ("1200.0", 1_200), ("0", 0),
        ("￥１，２００", 1_200), ("JPY 1,200", 1_200), ("1,200円也", 1_200), ("1.5万円", 15_000),
        ("2百万円", 2_000_000), ("1億", 100_000_000), ("(1,200)", -1_200), ("▲1,200", -1_200),
        ("12.5", None), ("0.00005万", None), ("$500", None), ("未定", None), ("", None),
        ("9" * 5000, None),
    ],
)  # fmt: skip
def test_money_is_read(text, yen):
    assert read_yen(text) == yen


@pytest.mark.parametrize(
    ("header", "above", "unit"),
    [
        ("費用", "", 1), ("費用(円)", "単位:千円", 1), ("費用(千円)", "", 1_000),
        ("費用（百万円）", "", 1_000_000), ("費用", "広告費 （単位：千円）", 1_000),
        ("費用", "単位:円", 1), ("費用", "1万円以上のもの", 1),
    ],
)  # fmt: skip
def test_a_list_may_count_in_thousands(header, above, unit):
    assert unit_of(header, above) == unit


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("氏名", "full_name"), ("お名前 ※必須", "full_name"), ("ご担当者様名", "full_name"),
        ("姓", "family_name"), ("氏名[姓]", "family_name"), ("フリガナ", "full_name_reading"),
        ("氏名(フリガナ)", "full_name_reading"), ("セイ", "family_name_reading"),
        ("会社名（正式）", "company_name"), ("貴社名", "company_name"),
        ("Company Name", "company_name"),
        ("ﾒｰﾙｱﾄﾞﾚｽ", "email"), ("Ｅ－ｍａｉｌ", "email"), ("e-mail", "email"), ("TEL会社", "phone"),
        ("TEL（代表・直通）", "phone"), ("電話（携帯）", "mobile"), ("携帯電話", "mobile"),
        ("〒", "postal_code"), ("名刺交換日", "exchanged_on"), ("担当", "owner_name"),
        ("電話番号\n(半角)", "phone"), ("好きな色", None), ("", None), ("氏名(旧姓)", None),
    ],
)  # fmt: skip
def test_headers_are_recognised(header, column):
    assert card_synonyms().column(header) == column


@pytest.mark.parametrize(
    ("header", "column"),
    [("キャンペーン名", "campaign_name"), ("対象月", "month_on"), ("費用（円）", "cost_jpy")],
)
def test_spend_headers_are_recognised(header, column):
    assert spend_synonyms().column(header) == column


def test_instants_of_milliseconds():
    assert instant_of_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert instant_of_ms("soon") == "soon"
    assert instant_of_ms(True) is True
    assert ms_of("2026-01-01T00:00:00Z") == 1767225600000
    assert ms_of("2026-01-01") is None


def test_a_cursor_moves_on_never_back_and_never_past_the_run():
    as_of = datetime(2026, 10, 2, tzinfo=UTC)
    cursor = Cursor(None, as_of)
    assert cursor.since(timedelta(minutes=5)) is None
    for stamp in ("2026-09-01T00:00:00Z", "2026-08-01T00:00:00Z", None, "never"):
        cursor.see(stamp)
    assert cursor.newest == ms_of("2026-09-01T00:00:00Z")
    cursor.see("9999-01-01T00:00:00Z")
    assert cursor.newest == ms_of(as_of)
    later = Cursor(cursor.newest, as_of)
    assert later.since(timedelta(minutes=5)) == ms_of("2026-10-01T23:55:00Z")

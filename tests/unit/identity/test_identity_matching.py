"""Which records become one person: each rule with the case that it is for, and its counter-case."""

import pytest

MAIL = {"email": "taro.yamada@kakehashi.test"}
# an address that spells no name
PLAIN_MAIL = {"email": "k1024@kakehashi.test"}
MOBILE = {"mobile": "090-0000-1234"}
COMPANY = {"company_name": "株式会社架橋"}
YAMADA = {"family_name": "山田", "given_name": "太郎"}
SATO = {"family_name": "佐藤", "given_name": "裕子"}
# 裕子 now goes by 鈴木 and says so
MARRIED = {"full_name": "鈴木 裕子(旧姓:佐藤)"}

TIED = {
    "same mail and name": ({**YAMADA, **MAIL}, {"full_name": "山田　太郎 様", **MAIL}),
    "same mail, name in kana": (
        {**YAMADA, **MAIL},
        {"family_name": "ヤマダ", "given_name": "タロウ", **MAIL},
    ),
    "same mail, name in romaji": ({**YAMADA, **MAIL}, {"full_name": "Taro YAMADA", **MAIL}),
    "same mail, initial": ({**YAMADA, **MAIL}, {"full_name": "T. Yamada", **MAIL}),
    "same mail, no name": ({**YAMADA, **MAIL}, {**MAIL}),
    "same mail, family name only": ({**YAMADA, **MAIL}, {"family_name": "山田", **MAIL}),
    "same mail, misconverted": (
        {"family_name": "佐藤", "given_name": "健一", **PLAIN_MAIL},
        {"family_name": "佐藤", "given_name": "賢一", **PLAIN_MAIL},
    ),
    "same mail, changed surname": (
        {"family_name": "佐藤", "given_name": "裕子", **PLAIN_MAIL},
        {"family_name": "鈴木", "given_name": "裕子", **PLAIN_MAIL},
    ),
    "old characters": (
        {"family_name": "髙﨑", "given_name": "誠", **COMPANY},
        {"family_name": "高崎", "given_name": "誠", **COMPANY},
    ),
    "a character that CP932 lacks": (
        {"full_name": "𠮷田 誠", **PLAIN_MAIL},
        {"full_name": "?田 誠", **PLAIN_MAIL},
    ),
    "same mobile and name": ({**YAMADA, **MOBILE}, {**YAMADA, "phone": "+81 90 0000 1234"}),
    "same name and company": ({**YAMADA, **COMPANY}, {**YAMADA, "company_name": "㈱架橋 大阪支店"}),
    "same name and switchboard": (
        {**YAMADA, "phone": "03-0000-1234"},
        {**YAMADA, "phone": "03(0000)1234 内線5"},
    ),
    "mistyped mail": (
        {**YAMADA, **MAIL, **COMPANY},
        {**YAMADA, "email": "taro.ymaada@kakehashi.test", **COMPANY},
    ),
    "misread card": (
        {**YAMADA, **MAIL},
        {**YAMADA, "email": "tar0.yarnada@kakehashi.test", "company_name": "架橋"},
    ),
    "changed domain": (
        {**YAMADA, **MAIL, **COMPANY},
        {**YAMADA, "email": "taro.yamada@kakehashi-group.test", **COMPANY},
    ),
    "shared mailbox, same name": (
        {**YAMADA, "email": "info@kakehashi.test"},
        {**YAMADA, "email": "info@kakehashi.test"},
    ),
    "secretary's address under the boss's name": (
        {**YAMADA, **MAIL, **COMPANY},
        {**YAMADA, "email": "hanako.suzuki@kakehashi.test", **COMPANY},
    ),
    "earlier surname, same company": ({**SATO, **COMPANY}, {**MARRIED, **COMPANY}),
    "earlier surname, same switchboard": (
        {**SATO, "phone": "03-0000-1234"},
        {**MARRIED, "phone": "03-0000-1234"},
    ),
    "earlier surname, shared mailbox": (
        {**SATO, "email": "info@kakehashi.test"},
        {**MARRIED, "email": "info@kakehashi.test"},
    ),
    "earlier surname in kana": (
        {"full_name": "サトウ ユウコ", **COMPANY},
        {**MARRIED, **COMPANY},
    ),
    "earlier surname in Latin letters": (
        {**SATO, "family_name_reading": "サトウ", "given_name_reading": "ユウコ", **COMPANY},
        {"full_name": "Yuko Suzuki (nee Sato)", **COMPANY},
    ),
    "a mailbox that follows the surname": (
        {**SATO, "email": "satoh.y@kakehashi.test", **COMPANY},
        {**MARRIED, "email": "suzuki.y@kakehashi.test", **COMPANY},
    ),
    "foreigner in kana and in Latin letters, same company": (
        {"full_name": "マイケル・スミス", **COMPANY},
        {"full_name": "SMITH Michael", **COMPANY},
    ),
    "Chinese name in kanji and in kana, same switchboard": (
        {"full_name": "王 芳", "phone": "03-0000-1234"},
        {"full_name": "ワン・ファン", "phone": "03-0000-1234"},
    ),
    "Korean name in kanji and in Latin letters, same company": (
        {"full_name": "金 智英", **COMPANY},
        {"full_name": "Kim Ji-young", **COMPANY},
    ),
    "middle name left out": (
        {"full_name": "John Albert Smith", **COMPANY},
        {"full_name": "John Smith", **COMPANY},
    ),
    "name that sounds alike, same company": (
        {"full_name": "ラグナータン・バット", **COMPANY},
        {"full_name": "Raghunathan Bhatt", **COMPANY},
    ),
    "name that sounds alike, same mobile": (
        {"full_name": "ラグナータン・バット", **MOBILE},
        {"full_name": "Raghunathan Bhatt", **MOBILE},
    ),
    "swapped fields": ({**YAMADA, **MAIL}, {"family_name": "太郎", "given_name": "山田", **MAIL}),
}

APART = {
    "family firm": (
        {"family_name": "山田", "given_name": "太郎", "phone": "03-0000-1234", **COMPANY},
        {"family_name": "山田", "given_name": "花子", "phone": "03-0000-1234", **COMPANY},
    ),
    "shared mailbox": (
        {"family_name": "山田", "given_name": "太郎", "email": "info@kakehashi.test"},
        {"family_name": "鈴木", "given_name": "花子", "email": "info@kakehashi.test"},
    ),
    "handed-on address": (
        {"family_name": "山田", "given_name": "太郎", **MAIL},
        {"family_name": "鈴木", "given_name": "花子", **MAIL},
    ),
    "one kanji apart in one company": (
        {"family_name": "佐藤", "given_name": "美香", "email": "m.sato@kakehashi.test", **COMPANY},
        {"family_name": "佐藤", "given_name": "美穂", "email": "sato-m@kakehashi.test", **COMPANY},
    ),
    "same reading, other kanji": (
        {"family_name": "佐藤", "given_name": "健一", "phone": "03-0000-1234", **COMPANY},
        {"family_name": "佐藤", "given_name": "賢一", "phone": "03-0000-1234", **COMPANY},
    ),
    "near surnames": (
        {"family_name": "渡辺", "given_name": "誠", **COMPANY},
        {"family_name": "渡部", "given_name": "誠", **COMPANY},
    ),
    "contradicting readings": (
        {"family_name": "佐藤", "given_name": "裕子", "given_name_reading": "ユウコ", **COMPANY},
        {"family_name": "佐藤", "given_name": "裕子", "given_name_reading": "ヒロコ", **COMPANY},
    ),
    "two mailboxes of one name in one company": (
        {**YAMADA, "email": "t.yamada@kakehashi.test", **COMPANY},
        {**YAMADA, "email": "t.yamada2@kakehashi.test", **COMPANY},
    ),
    "earlier surname and nothing else": ({**SATO}, {**MARRIED}),
    "earlier surname, other company": (
        {**SATO, "company_name": "株式会社架橋"},
        {**MARRIED, "company_name": "株式会社松風"},
    ),
    "earlier surname, other given name": (
        {"family_name": "佐藤", "given_name": "美香", "phone": "03-0000-1234", **COMPANY},
        {**MARRIED, "phone": "03-0000-1234", **COMPANY},
    ),
    "earlier surname, only an initial": (
        {"full_name": "Y. Sato", **COMPANY},
        {**MARRIED, **COMPANY},
    ),
    "earlier surname, a mailbox of another kind": (
        {**SATO, "email": "e1024@kakehashi.test", **COMPANY},
        {**MARRIED, "email": "e2048@kakehashi.test", **COMPANY},
    ),
    "other surname that nobody states": (
        {**SATO, **COMPANY},
        {"family_name": "鈴木", "given_name": "裕子", **COMPANY},
    ),
    "foreigner and nothing else": (
        {"full_name": "マイケル・スミス"},
        {"full_name": "Michael Smith"},
    ),
    "name that sounds alike and nothing else": (
        {"full_name": "ラグナータン・バット"},
        {"full_name": "Raghunathan Bhatt"},
    ),
    "name that sounds alike, other mailbox in one company": (
        {"full_name": "ラグナータン・バット", "email": "e1024@kakehashi.test", **COMPANY},
        {"full_name": "Raghunathan Bhatt", "email": "e2048@kakehashi.test", **COMPANY},
    ),
    "two foreigners on one phone": (
        {"full_name": "マイケル・スミス", "phone": "03-0000-1234", **COMPANY},
        {"full_name": "Michelle Smith", "phone": "03-0000-1234", **COMPANY},
    ),
    "two foreigners with one mobile": (
        {"full_name": "李 強", **MOBILE},
        {"full_name": "Li Jun", **MOBILE},
    ),
    "two middle names": (
        {"full_name": "Nguyen Minh Anh", **COMPANY},
        {"full_name": "Nguyen Ngoc Anh", **COMPANY},
    ),
    "same name elsewhere": (
        {**YAMADA, "company_name": "株式会社架橋"},
        {**YAMADA, "company_name": "株式会社松風"},
    ),
    "same name, nothing else": ({**YAMADA}, {**YAMADA}),
    "same-named companies in two prefectures": (
        {**YAMADA, **COMPANY, "prefecture": "東京都"},
        {**YAMADA, **COMPANY, "prefecture": "大阪府"},
    ),
    "family name only in one company": (
        {**YAMADA, **COMPANY},
        {"family_name": "山田", **COMPANY},
    ),
    "test rows": (
        {"full_name": "テスト", "email": "a@example.com"},
        {"full_name": "テスト", "email": "a@example.com"},
    ),
    "placeholder names": (
        {"full_name": "ご担当者様", **COMPANY},
        {"full_name": "ご担当者様", **COMPANY},
    ),
    "empty rows": ({}, {}),
}


@pytest.fixture(scope="module")
def joined(cases_joined):
    return cases_joined(TIED | APART)


@pytest.mark.parametrize("case", TIED)
def test_one_person(case, joined):
    assert case in joined


@pytest.mark.parametrize("case", APART)
def test_two_people(case, joined):
    assert case not in joined


def test_salesforce_conversion_ties_whatever_the_names_say(together):
    lead = {
        "record_key": "salesforce:lead:1",
        "full_name": "山田 太郎",
        "converted_to_key": "salesforce:contact:2",
    }
    contact = {"record_key": "salesforce:contact:2", "full_name": "鈴木 花子"}
    assert together([lead, contact]) == [["1", "2"]]


def test_a_merge_in_the_source_ties(together):
    loser = {"record_key": "hubspot:contact:1", "merged_into_key": "hubspot:contact:2"}
    assert together([loser, {"record_key": "hubspot:contact:2", **YAMADA}]) == [["1", "2"]]


def test_a_veto_is_never_chained_over(together):
    """A nameless record that fits two people goes to neither and does not join them."""
    rows = [
        {"family_name": "山田", "given_name": "太郎", **MAIL},
        {"family_name": "鈴木", "given_name": "花子", **MAIL},
        {**MAIL},
        {"family_name": "山田", "given_name": "太郎", **MAIL, **MOBILE},
    ]
    assert together(rows) == [["0", "3"]]


def test_a_record_that_fits_two_of_one_name_stays_alone(together):
    rows = [
        {**YAMADA, "email": "t.yamada@kakehashi.test", **COMPANY},
        {**YAMADA, "email": "t.yamada2@kakehashi.test", **COMPANY},
        {**YAMADA, **COMPANY},
    ]
    assert together(rows) == []


def test_a_mobile_settles_which_of_two_of_one_name(together):
    rows = [
        {**YAMADA, "email": "t.yamada@kakehashi.test", **COMPANY},
        {**YAMADA, "email": "t.yamada2@kakehashi.test", **COMPANY, **MOBILE},
        {**YAMADA, **COMPANY, **MOBILE},
    ]
    assert together(rows) == [["1", "2"]]


def test_a_misspelling_known_by_mail_does_not_hold_the_right_spelling_away(together):
    rows = [
        {"family_name": "佐藤", "given_name": "健一", **PLAIN_MAIL, **COMPANY},
        {"family_name": "佐藤", "given_name": "賢一", **PLAIN_MAIL, **COMPANY},
        {"family_name": "佐藤", "given_name": "健一", **COMPANY},
    ]
    assert together(rows) == [["0", "1", "2"]]


def test_a_stated_earlier_surname_explains_the_records_before_and_after(together):
    """Two records contradict each other in the surname; a third says that both are hers."""
    after = {"family_name": "鈴木", "given_name": "裕子", **COMPANY}
    assert together([{**SATO, **COMPANY}, {**MARRIED, **COMPANY}, after]) == [["0", "1", "2"]]


def test_a_record_with_the_surname_alone_is_explained_too(together):
    rows = [
        {**SATO, **COMPANY},
        {**MARRIED, **COMPANY, **MOBILE},
        {"family_name": "鈴木", **MOBILE},
    ]
    assert together(rows) == [["0", "1", "2"]]


def test_an_earlier_surname_that_two_colleagues_bear_ties_neither(together):
    rows = [
        {**SATO, "email": "y.sato@kakehashi.test", **COMPANY},
        {**SATO, "email": "y.sato2@kakehashi.test", **COMPANY},
        {**MARRIED, **COMPANY},
    ]
    assert together(rows) == []


def test_an_earlier_surname_does_not_explain_another_given_name(together):
    """In a chain from 佐藤 裕子 over 鈴木 裕子 to 鈴木 美香 the given names still forbid."""
    rows = [
        {**SATO, **COMPANY},
        {**MARRIED, **COMPANY, **MAIL},
        {"family_name": "鈴木", "given_name": "美香", **COMPANY, **MAIL},
    ]
    assert together(rows) == [["0", "1"]]


def test_reasons_are_in_japanese_and_probabilities_lie_between_0_and_1(resolve):
    rows = resolve([{**YAMADA, **MAIL}, {**YAMADA, **MAIL, **MOBILE}, {"full_name": "鈴木 花子"}])
    people = [row for row in rows if row["entity"] == "person"]
    assert [row["match_reason"] for row in people] == [
        "メール+氏名一致",
        "メール+氏名一致",
        "単独レコード",
    ]
    assert all(0 <= row["match_probability"] <= 1 for row in rows)
    assert [row["is_anchor"] for row in people] == [True, False, True]

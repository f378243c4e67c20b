"""Person names: one case a line."""

import pytest

from identity.name_lexicon import NameLexicon
from identity.names import RawName, clean_parts, normalise_name
from identity.readings import reading_key

SAME_READING = [
    ("サトウ", "Satoh"),
    ("サトウ", "satō"),
    ("さとう", "SATO"),
    ("ｻﾄｳ", "Sato"),
    ("オオノ", "Ohno"),
    ("イノウエ", "Inoue"),
    ("シンイチ", "Shin'ichi"),
    ("シンイチ", "Siniti"),
    ("ジュンイチ", "Junichi"),
    ("ジュン", "Zyun"),
    ("チヅル", "Chizuru"),
    ("ハットリ", "Hattori"),
    ("ナンバ", "Namba"),
    ("キョウコ", "Kyoko"),
    ("フジイ", "Fujii"),
    ("ツダ", "Tsuda"),
    ("ショウヘイ", "Shohei"),
    ("リョウ", "Ryou"),
    ("エッチュウ", "Etchu"),
    ("ユウキ", "Yuuki"),
]

FULL_NAMES = [
    ("高橋 健一", "高橋", "健一"),
    ("髙橋　健一 様", "高橋", "健一"),
    ("﨑田 誠", "崎田", "誠"),
    ("𠮷田　誠殿", "吉田", "誠"),
    ("渡邉 直子先生", "渡辺", "直子"),
    ("齋藤一郎", "斎藤", "一郎"),
    ("斉藤一郎", "斉藤", "一郎"),
    ("佐々木小次郎", "佐々木", "小次郎"),
    ("長谷川太郎", "長谷川", "太郎"),
    ("林健", "林", "健"),
    ("太郎 山田", "山田", "太郎"),
    ("山田太郎（ヤマダ タロウ）", "山田", "太郎"),
    ("山田・太郎", "山田", "太郎"),
    ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "タロウ"),
    ("ヤマダタロウ", "ヤマダ", "タロウ"),
    ("Taro Yamada", "Yamada", "Taro"),
    ("YAMADA Taro", "YAMADA", "Taro"),
    ("Yamada, Taro", "Yamada", "Taro"),
    ("YamadaTaro", "Yamada", "Taro"),
    ("Mr. Taro Yamada", "Yamada", "Taro"),
    ("T. Yamada", "Yamada", "T."),
    ("John Smith", "Smith", "John"),
    ("鵜殿", "鵜殿", None),
    ("山田", "山田", None),
    ("山田様", "山田", None),
]

NO_NAMES = [
    "ご担当者様",
    "担当者",
    "総務部",
    "-",
    "",
    "   ",
    "taro@kakehashi.test",
    "03-0000-1234",
    "https://spam.test",
    "!!!",
    "\u200b",
    "anonymous",
    None,
]


@pytest.fixture
def lexicon():
    return NameLexicon()


@pytest.mark.parametrize(("kana", "romaji"), SAME_READING)
def test_kana_and_romaji_meet_in_one_key(kana, romaji):
    assert reading_key(kana) == reading_key(romaji)


@pytest.mark.parametrize(
    ("one", "other"), [("ユウコ", "ヒロコ"), ("ケン", "ケンイチ"), ("ソノ", "オノ")]
)
def test_other_readings_keep_other_keys(one, other):
    assert reading_key(one) != reading_key(other)


@pytest.mark.parametrize("text", ["山田", "", None, "123"])
def test_what_is_no_reading_has_no_key(text):
    assert reading_key(text) is None


@pytest.mark.parametrize(("full", "family", "given"), FULL_NAMES)
def test_a_full_name_is_split(full, family, given, lexicon):
    name = normalise_name(RawName(full=full), lexicon)
    assert (name.family, name.given) == (family, given)


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_name_gives_none(text, lexicon):
    name = normalise_name(RawName(full=text, family=text), lexicon)
    assert (name.full, name.family, name.given) == (None, None, None)


@pytest.mark.parametrize(
    ("family", "given"),
    [
        ("山田", "太郎"),
        ("太郎", "山田"),
        ("山田太郎", None),
        ("山田 太郎", "太郎"),
        ("山田太郎", "太郎"),
        (None, "山田太郎"),
        ("山田", "山田太郎"),
        ("山田　", "太郎殿"),
        ("山田", "太郎　様"),
    ],
)
def test_separate_fields_give_the_same_name_however_they_were_filled(family, given, lexicon):
    name = normalise_name(RawName(family=family, given=given), lexicon)
    assert (name.family, name.given, name.full) == ("山田", "太郎", "山田太郎")


def test_an_unknown_single_word_is_no_family_name(lexicon):
    name = normalise_name(RawName(full="xqzzyk"), lexicon)
    assert (name.full, name.family, name.given) == ("xqzzyk", None, None)


@pytest.mark.parametrize(
    "raw",
    [
        RawName(family="裕子", given="佐藤", family_reading="ユウコ", given_reading="サトウ"),
        RawName(full="佐藤裕子", full_reading="サトウ ユウコ"),
        RawName(full="佐藤裕子(さとうゆうこ)"),
        RawName(family="佐藤", given="裕子", family_reading="ｻﾄｳ", given_reading="ﾕｳｺ"),
        RawName(family="サトウ", given="ユウコ"),
        RawName(full="Yuko Sato"),
    ],
)
def test_stated_readings_become_keys(raw, lexicon):
    name = normalise_name(raw, lexicon)
    assert (name.family_key, name.given_key) == ("sato", "yuko")


def test_records_teach_the_surnames_that_the_table_lacks(lexicon):
    assert normalise_name(RawName(full="鷲見原花音"), lexicon).family == "鷲見"
    taught = clean_parts(RawName(family="鷲見原", given="聡", family_reading="スミハラ"))
    lexicon.learn([taught])
    name = normalise_name(RawName(full="鷲見原花音"), lexicon)
    assert (name.family, name.given) == ("鷲見原", "花音")


def test_swapped_fields_of_a_few_teach_nothing_wrong(lexicon):
    parts = [
        ("鷲見原", "聡", None, None),
        ("鷲見原", "翼", None, None),
        ("聡", "鷲見原", None, None),
    ]
    lexicon.learn(parts)
    assert lexicon.is_surname("鷲見原") and not lexicon.is_given_name("鷲見原")

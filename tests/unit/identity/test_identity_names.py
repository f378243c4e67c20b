"""Person names: one case a line."""

import time

import pytest

from identity.name_lexicon import NameLexicon
from identity.names import RawName, clean_parts, normalise_name
from identity.readings import reading_key, spellings

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
    ("オオノ", "Oono"),
    ("オオノ", "Ōno"),
    ("オオノ", "Ôno"),
    ("オオノ", "Ono"),
    ("おおの", "OHNO"),
    ("ユウコ", "Yūko"),
    ("ユウコ", "Yuhko"),
    ("コウヘイ", "Kohei"),
    ("コウヘイ", "Kouhei"),
    ("イトウ", "Itoh"),
    ("イトウ", "Ito"),
    ("カトウ", "Katou"),
    ("シライシ", "Siraisi"),
    ("ツチダ", "Tutida"),
    ("フクダ", "Hukuda"),
    ("シバタ", "Sibata"),
    ("チバ", "Tiba"),
    ("ショウジ", "Syozi"),
    ("ジュンコ", "Zyunko"),
    ("ホンマ", "Homma"),
    ("サンペイ", "Sampei"),
    ("マッチャン", "Matchan"),
    ("ケンイチ", "Ken-ichi"),
    ("ケンイチ", "KEN'ICHI"),
    ("ヅカ", "Zuka"),
    ("ヂョウ", "Jo"),
    ("ヴィヴィアン", "Vivian"),
    ("ﾜﾀﾅﾍﾞ", "Watanabe"),
    ("ジョージ", "Joji"),
    ("ローラ", "Rora"),
    ("Lisa", "Risa"),
]

FULL_NAMES = [
    ("髙橋健一", "高橋", "健一"),
    ("𠮷田 誠", "吉田", "誠"),
    ("﨑山 誠", "崎山", "誠"),
    ("渡邉直子", "渡辺", "直子"),
    ("渡邊直子", "渡辺", "直子"),
    ("渡邊\U000e0100直子", "渡辺", "直子"),
    ("葛\U000e0100城 誠", "葛城", "誠"),
    ("齊藤 誠", "斉藤", "誠"),
    ("齋藤 誠", "斎藤", "誠"),
    ("斎藤 誠", "斎藤", "誠"),
    ("斉藤 誠", "斉藤", "誠"),
    ("澤田 誠", "沢田", "誠"),
    ("濱田 誠", "浜田", "誠"),
    ("濵田 誠", "浜田", "誠"),
    ("廣瀨 誠", "広瀬", "誠"),
    ("嶋田 誠", "島田", "誠"),
    ("冨田 誠", "富田", "誠"),
    ("柳澤 眞一", "柳沢", "真一"),
    ("小嶋 惠", "小島", "恵"),
    ("黑田 誠", "黒田", "誠"),
    ("德永 誠", "徳永", "誠"),
    ("曾根 誠", "曽根", "誠"),
    ("瀧本 誠", "滝本", "誠"),
    ("佐々木 希", "佐々木", "希"),
    ("佐佐木 希", "佐々木", "希"),
    ("⼭⽥ 太郎", "山田", "太郎"),
    ("山田太郎", "山田", "太郎"),
    ("山田　太郎", "山田", "太郎"),
    ("山田 太郎", "山田", "太郎"),
    ("山田  太郎 ", "山田", "太郎"),
    ("山田・太郎", "山田", "太郎"),
    ("山田，太郎", "山田", "太郎"),
    ("山田、太郎", "山田", "太郎"),
    ("山田/太郎", "山田", "太郎"),
    ("山田太郎様", "山田", "太郎"),
    ("山田 太郎 様", "山田", "太郎"),
    ("山田太郎さま", "山田", "太郎"),
    ("山田太郎殿", "山田", "太郎"),
    ("山田 太郎殿", "山田", "太郎"),
    ("山田先生", "山田", None),
    ("山田太郎先生", "山田", "太郎"),
    ("山田さん", "山田", None),
    ("山田氏", "山田", None),
    ("山田太郎氏", "山田", "太郎"),
    ("山田 太郎 君", "山田", "太郎"),
    ("山田 太郎 くん", "山田", "太郎"),
    ("山田太郎 御中", "山田", "太郎"),
    ("山田太郎各位", "山田", "太郎"),
    ("山田太郎様方", "山田", "太郎"),
    ("山田太郎 他2名", "山田", "太郎"),
    ("山田太郎ほか", "山田", "太郎"),
    ("山田太郎 様 他", "山田", "太郎"),
    ("山田部長", "山田", None),
    ("山田太郎部長", "山田", "太郎"),
    ("山田太郎 部長", "山田", "太郎"),
    ("部長 山田太郎", "山田", "太郎"),
    ("営業部長 山田太郎", "山田", "太郎"),
    ("営業部 山田太郎", "山田", "太郎"),
    ("営業部 部長 山田 太郎", "山田", "太郎"),
    ("営業部山田太郎", "山田", "太郎"),
    ("代表取締役 山田 太郎", "山田", "太郎"),
    ("代表取締役社長 山田太郎", "山田", "太郎"),
    ("代表取締役社長　山田　太郎", "山田", "太郎"),
    ("山田太郎(代表取締役)", "山田", "太郎"),
    ("山田課長代理", "山田", None),
    ("山田 太郎 課長 様", "山田", "太郎"),
    ("株式会社架橋 山田太郎", "山田", "太郎"),
    ("(株)架橋 営業部 山田 太郎 様", "山田", "太郎"),
    ("山田太郎(担当)", "山田", "太郎"),
    ("山田太郎（担当）", "山田", "太郎"),
    ("(担当)山田太郎", "山田", "太郎"),
    ("担当:山田太郎", "山田", "太郎"),
    ("担当 山田", "山田", None),
    ("ご担当 山田様", "山田", None),
    ("氏名:山田太郎", "山田", "太郎"),
    ("山田太郎(営業)", "山田", "太郎"),
    ("山田太郎[営業部]", "山田", "太郎"),
    ("山田太郎【退職】", "山田", "太郎"),
    ("【重要】山田太郎", "山田", "太郎"),
    ("※山田太郎", "山田", "太郎"),
    ("*山田太郎", "山田", "太郎"),
    ("★山田太郎", "山田", "太郎"),
    ("'山田太郎", "山田", "太郎"),
    ('"山田太郎"', "山田", "太郎"),
    ("山田太郎。", "山田", "太郎"),
    ("山田太郎1", "山田", "太郎"),
    ("山田太郎(2)", "山田", "太郎"),
    ("山田太郎(ヤマダタロウ)", "山田", "太郎"),
    ("山田太郎（Taro Yamada）", "山田", "太郎"),
    ("ヤマダ　タロウ", "ヤマダ", "タロウ"),
    ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "タロウ"),
    ("やまだ たろう", "やまだ", "たろう"),
    ("やまだたろう", "やまだ", "たろう"),
    ("タロウ ヤマダ", "ヤマダ", "タロウ"),
    ("太郎 山田", "山田", "太郎"),
    ("健一 髙橋", "高橋", "健一"),
    ("Taro Yamada", "Yamada", "Taro"),
    ("YAMADA Taro", "YAMADA", "Taro"),
    ("Yamada Taro", "Yamada", "Taro"),
    ("TARO YAMADA", "YAMADA", "TARO"),
    ("yamada taro", "yamada", "taro"),
    ("Yamada, Taro", "Yamada", "Taro"),
    ("YamadaTaro", "Yamada", "Taro"),
    ("Taro YAMADA", "YAMADA", "Taro"),
    ("T. Yamada", "Yamada", "T."),
    ("Yamada T.", "Yamada", "T."),
    ("Mr. Taro Yamada", "Yamada", "Taro"),
    ("Taro Yamada, Ph.D.", "Yamada", "Taro"),
    ("Taro Yamada Jr.", "Yamada", "Taro"),
    ("Yamada-san", "Yamada", None),
    ("Taro Yamada-san", "Yamada", "Taro"),
    ("Dr. Taro J. Yamada", "Yamada", "Taro"),
    ("John Smith", "Smith", "John"),
    ("John A. Smith", "Smith", "John"),
    ("Mary Jane Watson", "Watson", "Mary"),
    ("Ｔａｒｏ　Ｙａｍａｄａ", "Yamada", "Taro"),
    ("Ōno Yūko", "Ōno", "Yūko"),
    ("Yuko Ohno", "Ohno", "Yuko"),
    ("阿部 寛", "阿部", "寛"),
    ("服部 平次", "服部", "平次"),
    ("渡部 篤郎", "渡部", "篤郎"),
    ("小室 哲", "小室", "哲"),
    ("長谷部 誠", "長谷部", "誠"),
    ("氏家 誠", "氏家", "誠"),
    ("神先生", "神", None),
    ("鵜殿 誠", "鵜殿", "誠"),
    ("五十嵐 誠", "五十嵐", "誠"),
    ("一", "一", None),
    ("林", "林", None),
    ("林 健", "林", "健"),
    ("森林太郎", "森", "林太郎"),
    ("勅使河原 誠", "勅使河原", "誠"),
    ("山田 花子(旧姓:鈴木)", "山田", "花子"),
    ("山田 花子（旧姓　鈴木）", "山田", "花子"),
    ("山田(旧姓鈴木)花子", "山田", "花子"),
    ("山田花子 旧姓鈴木", "山田", "花子"),
    ("旧姓:鈴木 山田花子", "山田", "花子"),
    ("山田(鈴木)花子", "山田", "花子"),
    ("山田 花子（旧：鈴木）", "山田", "花子"),
    ("鈴木(現:山田)花子", "山田", "花子"),
    ("Hanako Yamada (nee Suzuki)", "Yamada", "Hanako"),
    ("Hanako Yamada née Suzuki", "Yamada", "Hanako"),
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
    ("山田太郎（ヤマダ タロウ）", "山田", "太郎"),
    ("ヤマダタロウ", "ヤマダ", "タロウ"),
    ("鵜殿", "鵜殿", None),
    ("山田", "山田", None),
    ("山田様", "山田", None),
]

FORMER_NAMES = [
    ("山田 花子(旧姓:鈴木)", "鈴木"),
    ("山田 花子（旧姓　鈴木）", "鈴木"),
    ("山田 花子（旧姓・鈴木）", "鈴木"),
    ("山田 花子【旧姓 齋藤】", "斎藤"),
    ("山田(旧姓鈴木)花子", "鈴木"),
    ("山田花子 旧姓鈴木", "鈴木"),
    ("旧姓:鈴木 山田花子", "鈴木"),
    ("山田 花子（旧：鈴木）", "鈴木"),
    ("山田 花子 様（旧姓 鈴木様）", "鈴木"),
    ("山田(鈴木)花子", "鈴木"),
    ("鈴木(現:山田)花子", "鈴木"),
    ("Hanako Yamada (nee Suzuki)", "Suzuki"),
    ("Hanako Yamada née Suzuki", "Suzuki"),
    ("山田花子(やまだはなこ)", None),
    ("山田花子(営業)", None),
    ("山田花子", None),
    ("旧", None),
]

NO_NAMES = [
    "部長",
    "代表取締役社長",
    "氏名",
    "担当者 様",
    "様",
    "()",
    "(担当)",
    "１２３４５",
    "\x00\x01\x02",
    "\ud83d",
    "<script>alert(1)</script>",
    "'; drop table persons; --",
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


@pytest.mark.parametrize(
    ("kana", "spelt"),
    [
        ("サトウ", "sato"),
        ("サトウ", "satoh"),
        ("サトウ", "satou"),
        ("シミズ", "shimizu"),
        ("シミズ", "simizu"),
        ("ツチヤ", "tsuchiya"),
        ("フジイ", "fuji"),
        ("ショウジ", "shoji"),
        ("ナカジョウ", "nakajo"),
    ],
)
def test_a_reading_is_spelt_as_people_spell_it(kana, spelt):
    assert spelt in spellings(reading_key(kana))


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


@pytest.mark.parametrize(("full", "former"), FORMER_NAMES)
def test_an_earlier_surname_is_kept_beside_the_name(full, former, lexicon):
    name = normalise_name(RawName(full=full), lexicon)
    assert name.former_family == former
    assert former is None or former not in name.full


def test_an_earlier_surname_is_found_in_the_field_of_the_family_name(lexicon):
    name = normalise_name(RawName(family="山田(旧姓:鈴木)", given="花子"), lexicon)
    assert (name.family, name.given, name.former_family) == ("山田", "花子", "鈴木")


@pytest.mark.parametrize("filler", ["山", "a ", "(", "\u0301", "様", " ", "旧姓", "\U000e0100"])
def test_a_giant_name_costs_no_more_than_a_long_one(filler, lexicon):
    started = time.perf_counter()
    normalise_name(RawName(full="山田太郎" + filler * 200_000), lexicon)
    assert time.perf_counter() - started < 1


def test_an_unknown_single_word_is_no_family_name(lexicon):
    name = normalise_name(RawName(full="xqzzyk"), lexicon)
    assert (name.full, name.family, name.given) == ("xqzzyk", None, None)


@pytest.mark.parametrize(
    "raw",
    [
        RawName(family="裕子", given="佐藤", family_reading="ユウコ", given_reading="サトウ"),
        RawName(full="佐藤裕子", full_reading="サトウ ユウコ"),
        RawName(full="佐藤裕子(さとうゆうこ)"),
        RawName(full="佐藤裕子（Yuko Sato）"),
        RawName(full="佐藤 裕子 様 [SATO Yuko]"),
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

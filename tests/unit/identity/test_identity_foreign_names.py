"""Names from elsewhere: one case a line."""

import time

import pytest

from identity.foreign_names import calling_name, surname_stands_first
from identity.readings import initial_key, reading_key
from identity.transcriptions import can_be_japanese, sounds_of_kana, sounds_of_latin
from identity.written_forms import is_kana, is_latin, read_table

# In the tables: (one way to write a name, another)
SAME = [
    ("マイケル・スミス", "Michael Smith"),
    ("マイケル・スミス", "SMITH Michael"),
    ("マイケル・スミス", "Smith, Michael"),
    ("マイケル スミス", "Michael Smith"),
    ("ミヒャエル・ミュラー", "Michael Mueller"),
    ("トーマス・ミュラー", "Thomas Müller"),
    ("サラ ミラー", "Miller Sarah"),
    ("デビッド・ブラウン", "Brown David"),
    ("デイヴィッド・ブラウン", "David Brown"),
    ("ジェニファー・デイビス", "Jennifer Davies"),
    ("ウィリアム・ウィルソン", "William Wilson"),
    ("オルガ・イワノワ", "Olga Ivanova"),
    ("マルコ・ロッシ", "Rossi Marco"),
    ("アミット・グプタ", "Amit Gupta"),
    ("王 芳", "Wang Fang"),
    ("王 芳", "ワン・ファン"),
    ("王 芳", "Fang Wang"),
    ("王芳", "WANG Fang"),
    ("陳小玲", "Chen Xiaoling"),
    ("李 強", "リー・チアン"),
    ("李 強", "Li Qiang"),
    ("陳 小玲", "チェン シャオリン"),
    ("陳 小玲", "Xiaoling Chen"),
    ("陳 小玲", "Chen Xiao Ling"),
    ("チェン・シャオリン", "Chen Xiaoling"),
    ("張 偉", "チャン・ウェイ"),
    ("金 智英", "キム・ジヨン"),
    ("金 智英", "Kim Jiyoung"),
    ("金 智英", "Jiyoung Kim"),
    ("金 智英", "Kim Ji-Young"),
    ("金 智英", "KIM Jiyeong"),
    ("キム・ジヨン", "Kim Ji Young"),
    ("朴 賢宇", "パク・ヒョヌ"),
    ("朴 賢宇", "Park Hyunwoo"),
    ("李 瑞俊", "イ・ソジュン"),
    ("イ・ソジュン", "Lee Seojun"),
    ("グエン・ヴァン・ナム", "Nguyen Van Nam"),
    ("グエン・ヴァン・ナム", "Van Nam Nguyen"),
    ("チャン・ティ・トゥ", "Tran Thi Thu"),
    ("グエン・ミン・トゥアン", "Nguyen Tuan"),
    ("John A. Smith", "John Smith"),
    ("John Albert Smith", "John Smith"),
    ("Smith John Albert", "John Smith"),
    ("Win Aung Kyaw", "Aung Kyaw Win"),
    ("M. Smith", "マイケル・スミス"),
    ("J. Smith", "ジョン・スミス"),
    ("C. Kato", "加藤 千恵"),
    ("タロウ サトウ", "Sato Taro"),
    ("小鳥遊 航(タカナシ コウ)", "Ko Takanashi"),
    ("Sato Ken Ichi", "佐藤 健一"),
]

# Not in the tables, but kana and letters sound alike: no more than a hint.
SOUNDS_ALIKE = [
    ("ラグナータン・バット", "Raghunathan Bhatt"),
    ("エリクソン・リンドベルグ", "Lindberg Eriksson"),
    ("クシシュトフ・ジフコフ", "Krzysztof Zhivkov"),
    ("アルトゥール・ホルツカンプ", "Artur Holzkamp"),
]

OTHERS = [
    ("マイケル・スミス", "Mike Smith"),
    ("マイケル・スミス", "Michelle Smith"),
    ("マイケル・スミス", "マイケル・ミラー"),
    ("ジョン・スミス", "Jane Smith"),
    ("王 芳", "Wang Fei"),
    ("王 芳", "Huang Fang"),
    ("李 強", "Li Jun"),
    ("金 智英", "Kim Jihye"),
    ("キム・ジヨン", "キム・ジフン"),
    ("グエン・ティ・ラン", "Nguyen Thi Mai"),
    ("Nguyen Minh Anh", "Nguyen Ngoc Anh"),
    ("Mary Jane Watson", "Mary Ann Watson"),
    ("陳 明", "Linda Chen"),
    ("佐藤 ユキ", "Sato Yuko"),
    ("サトウ ユキ", "Sato Yuko"),
    ("サトウ ルカ", "Sato Luke"),
    ("サトウ ロビン", "Sato Ralph"),
    ("金 健一", "キム・ジフン"),
    ("ハヤシ ユミ", "Hayashi Emi"),
    ("林 裕子(ハヤシ ヒロコ)", "林 裕子(ハヤシ ユウコ)"),
    ("金子", "Kim Ja"),
]


@pytest.fixture(scope="module", name="levels")
def _levels(name_level):
    pairs = [*SAME, *SOUNDS_ALIKE, *OTHERS]
    return dict(zip(pairs, name_level(pairs), strict=True))


@pytest.mark.parametrize("pair", SAME, ids=" / ".join)
def test_one_name_in_several_scripts(pair, levels):
    assert levels[pair] >= 7


@pytest.mark.parametrize("pair", SOUNDS_ALIKE, ids=" / ".join)
def test_a_name_that_no_table_knows_sounds_alike(pair, levels):
    assert levels[pair] == 6


@pytest.mark.parametrize("pair", OTHERS, ids=" / ".join)
def test_two_names(pair, levels):
    assert levels[pair] <= 4


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Michael", "Chen", False),
        ("Chen", "Michael", True),
        ("Li", "Qiang", True),
        ("Jiyoung", "Kim", False),
        ("サラ", "ミラー", False),
        ("キム", "ジヨン", True),
        ("Nguyen", "Mai", True),
        ("Zyxel", "Qwert", None),
        ("ハヤシ", "リン", None),
        ("Ko", "Takanashi", None),
        ("タカナシ", "コウ", None),
        ("マイケル", "リー", False),
        ("Takanashi", "Lisa", True),
    ],
)
def test_the_tables_tell_which_word_is_the_surname(first, second, expected):
    assert surname_stands_first(first, second) is expected


@pytest.mark.parametrize(
    ("given", "language", "expected"),
    [
        ("John", "en", ("John", None)),
        ("John A.", "en", ("John", None)),
        ("A. John", "en", ("John", None)),
        ("J.", "en", ("J.", None)),
        ("Mary Jane", "en", ("Mary", "Jane")),
        ("Van Nam", "vi", ("Nam", "Van")),
        ("ヴァン・ナム", "vi", ("ナム", "ヴァン")),
        ("Ji Young", "ko", ("JiYoung", None)),
        ("David Michael", "zh", ("David", "Michael")),
        ("太郎", "zh", ("太郎", None)),
    ],
)
def test_the_name_one_is_called_by_and_the_names_beside_it(given, language, expected):
    assert calling_name(given, frozenset({language})) == expected


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("グプタ", "Gupta"),
        ("ハワード", "Howard"),
        ("シュナイダー", "Schneider"),
        ("トンプソン", "Thompson"),
        ("キャンベル", "Campbell"),
        ("ロバーツ", "Roberts"),
        ("クズネツォフ", "Kuznetsov"),
        ("シュルツ", "Schulz"),
        ("アンナ", "Anna"),
        ("ジョージ", "George"),
        ("フィッツジェラルド", "Fitzgerald"),
        ("エリクソン", "Eriksson"),
        ("バッタ", "Bhatta"),
    ],
)
def test_consonants_of_kana_are_among_those_of_the_letters(kana, latin):
    assert sounds_of_kana(kana) <= sounds_of_latin(latin)
    assert sounds_of_kana(kana)


@pytest.mark.parametrize("word", ["リー", "ハオ", "ワ", "イ"])
def test_a_single_consonant_says_nothing(word):
    assert not sounds_of_kana(word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Satoh", True), ("Shinji", True), ("Junichi", True), ("Hattori", True), ("Namba", True),
     ("Tsuda", True), ("Yuhko", True), ("Ryo", True), ("Lisa", False), ("Smith", False),
     ("Kim", False), ("Victor", False), ("Gupta", False)],
)  # fmt: skip
def test_what_letters_can_spell_in_japanese(word, expected):
    assert can_be_japanese(word) is expected


@pytest.mark.parametrize(
    ("kana", "latin"),
    [("シェン", "Shen"), ("チェン", "Chen"), ("ジェニー", "Jeni"), ("ウィン", "Win"),
     ("ウェイ", "Wei"), ("ウォン", "Won")],
)  # fmt: skip
def test_syllables_that_japanese_names_lack_meet_too(kana, latin):
    assert reading_key(kana) == reading_key(latin)


@pytest.mark.parametrize(
    ("text", "letter"),
    [("J.", "z"), ("T", "t"), ("C.", "k"), ("ｊ．", "z"), ("Jo", None), ("イ", None)],
)
def test_an_initial_is_one_letter(text, letter):
    assert initial_key(text) == letter


@pytest.mark.parametrize("filler", ["ch", "th", "ｒｇ", "グ", "チャン", "Van ", "ヨン", "李"])
def test_a_giant_foreign_name_costs_no_more_than_a_long_one(filler, name_level):
    started = time.perf_counter()
    name_level([("Michael " + filler * 50_000, "マイケル・" + filler * 50_000)])
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "table", ["foreign_surnames", "foreign_given_names", "given_name_syllables"]
)
def test_the_tables_hold_what_their_columns_say(table):
    for row in read_table(table):
        assert None not in row and None not in row.values(), row
        assert all(map(is_latin, row["latin"].split("|"))), row
        assert all(map(is_kana, row["katakana"].split("|"))), row
    assert len({tuple(row.items()) for row in read_table(table)}) == len(read_table(table))

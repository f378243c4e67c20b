"""Company names, numbers, places and the domains that belong to them: one case a line."""

import pytest

from identity.companies import normalise_company, parse_company
from identity.corporate_numbers import normalise_corporate_number
from identity.places import (
    normalise_postal_code,
    normalise_prefecture,
    prefecture_of_phone,
)

ONE_COMPANY = [
    "株式会社山田商事",
    "山田商事株式会社",
    "㈱山田商事",
    "(株)山田商事",
    "（株） 山田商事",
    "山田商事㈱",
    "株式会社　山田商事",
    "山田 商事 株式会社",
    "株式会社山田商事 大阪支店",
    "山田商事株式会社大阪支店",
    "株式会社山田商事東京本社",
    "山田商事(株)営業部",
    "株式会社山田商事（東京支店）",
    "株式会社山田商事　東京支店　営業部",
    "山田商事",
    "(有)山田商事",
]

CORES = [
    ("㈱テック・ワン", "テツクワン", "kk"),
    ("キャノン株式会社", "キヤノン", "kk"),
    ("カ）ヤマダシヨウジ", "ヤマダシヨウジ", "kk"),
    ("ヤマダショウジ（カ", "ヤマダシヨウジ", "kk"),
    ("有限会社やまだ", "やまだ", "yk"),
    ("合同会社ABC", "abc", "gk"),
    ("医療法人社団青空会", "青空会", "iryo"),
    ("学校法人ブリッジ学園", "ブリツジ学園", "gakko"),
    ("国立大学法人東都大学", "東都大学", "daigaku"),
    ("税理士法人山田", "山田", "zeiri"),
    ("Yamada Trading Co., Ltd.", "yamadatrading", "western"),
    ("YAMADA TRADING CO.,LTD", "yamadatrading", "western"),
    ("Yamada Trading, Inc.", "yamadatrading", "western"),
    ("Yamada Trading K.K.", "yamadatrading", "kk"),
    ("髙橋建設㈱", "高橋建設", "kk"),
]

OTHER_COMPANIES = [
    ("株式会社山田商事", "株式会社山田商事ホールディングス"),
    ("株式会社東日本山田", "株式会社西日本山田"),
    ("株式会社山田研究所", "株式会社山田"),
    ("株式会社山田工場", "株式会社山田"),
    ("株式会社山田物流", "株式会社山田商事"),
]


@pytest.mark.parametrize("written", ONE_COMPANY)
def test_spellings_of_one_company_share_the_core(written):
    assert parse_company(written).core == "山田商事"


@pytest.mark.parametrize(("written", "core", "form"), CORES)
def test_legal_forms_are_cut_off_and_kept_apart(written, core, form):
    name = parse_company(written)
    assert (name.core, name.legal_form) == (core, form)


@pytest.mark.parametrize(("one", "other"), OTHER_COMPANIES)
def test_group_companies_keep_different_cores(one, other):
    assert parse_company(one).core != parse_company(other).core


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("株式会社山田商事 大阪支店", True),
        ("山田商事(株)名古屋営業所", True),
        ("山田商事(大阪支店)", True),
        ("株式会社山田商事", False),
        ("オフィス山田", False),
    ],
)
def test_a_branch_is_noticed(written, expected):
    assert parse_company(written).is_branch is expected


@pytest.mark.parametrize("written", ["個人", "なし", "株式会社", "-", "", None, "（株）", "\u3000"])
def test_a_placeholder_is_no_company(written):
    assert normalise_company(written, {"個人", "なし", "-"}).core is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("5990000000012", "5990000000012"),
        ("T5990000000012", "5990000000012"),
        ("５９９０－００００－０００１２", "5990000000012"),
        ("5990000000012.0", "5990000000012"),
        ("5990000000013", None),
        ("6990000000012", None),
        ("0000000000000", None),
        ("123", None),
        ("", None),
        (None, None),
    ],
)
def test_a_corporate_number_counts_only_with_its_check_digit(written, number):
    assert normalise_corporate_number(written) == number


@pytest.mark.parametrize(
    ("prefecture", "postal_code", "address", "expected"),
    [
        ("東京都", None, None, "東京都"),
        ("東京", None, None, "東京都"),
        ("Tokyo", None, None, "東京都"),
        ("Osaka-fu", None, None, "大阪府"),
        ("北海道", None, None, "北海道"),
        (None, "060-0001", None, "北海道"),
        (None, "〒530-0001", None, "大阪府"),
        (None, "600001.0", None, "北海道"),
        (None, "498-0001", None, "三重県"),
        (None, None, "〒530-0001 大阪府大阪市北区", "大阪府"),
        (None, None, "京都府京都市", "京都府"),
        (None, None, "港区芝1-1", None),
        ("?", "000-0000", "", None),
        (None, None, None, None),
    ],
)
def test_the_prefecture_is_found(prefecture, postal_code, address, expected):
    assert normalise_prefecture(prefecture, postal_code, address) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("100-0001", "1000001"),
        ("〒１００－０００１", "1000001"),
        ("600001", "0600001"),
        ("12", None),
    ],
)
def test_postal_codes(written, code):
    assert normalise_postal_code(written) == code


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+81300001234", "東京都"),
        ("+81600001234", "大阪府"),
        ("+81520001234", "愛知県"),
        ("+819000001234", None),
        ("+81420001234", None),
        (None, None),
        ("+16505550100", None),
    ],
)
def test_an_area_code_tells_the_prefecture_where_it_serves_one(number, expected):
    assert prefecture_of_phone(number) == expected

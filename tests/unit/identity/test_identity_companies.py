"""Company names and numbers: one case a line."""

import time

import pytest

from identity.companies import normalise_company, parse_company
from identity.corporate_numbers import normalise_corporate_number

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
    ("株式会社山田商事", "山田商事", "kk"),
    ("山田商事株式会社", "山田商事", "kk"),
    ("㈱山田商事", "山田商事", "kk"),
    ("山田商事㈱", "山田商事", "kk"),
    ("(株)山田商事", "山田商事", "kk"),
    ("（株） 山田商事", "山田商事", "kk"),
    ("株)山田商事", "山田商事", "kk"),
    ("山田商事(株", "山田商事", "kk"),
    ("㊑山田商事", "山田商事", "kk"),
    ("株式會社山田商事", "山田商事", "kk"),
    ("カ)ヤマダシヨウジ", "ヤマダシヨウジ", "kk"),
    ("ヤマダシヨウジ(カ", "ヤマダシヨウジ", "kk"),
    ("カブシキガイシャ ヤマダショウジ", "ヤマダシヨウジ", "kk"),
    ("かぶしきがいしゃ やまだ", "やまだ", "kk"),
    ("有限会社山田", "山田", "yk"),
    ("㈲山田", "山田", "yk"),
    ("(有)山田", "山田", "yk"),
    ("ユ)ヤマダ", "ヤマダ", "yk"),
    ("合同会社山田", "山田", "gk"),
    ("(同)山田", "山田", "gk"),
    ("合資会社山田", "山田", "goshi"),
    ("合名会社山田", "山田", "gomei"),
    ("医療法人社団青空会", "青空会", "iryo"),
    ("医療法人社団 青空会 青空病院", "青空会青空病院", "iryo"),
    ("医療法人青空会", "青空会", "iryo"),
    ("(医)青空会", "青空会", "iryo"),
    ("学校法人青空学園", "青空学園", "gakko"),
    ("㈻青空学園", "青空学園", "gakko"),
    ("社会福祉法人青空会", "青空会", "fukushi"),
    ("一般社団法人青空協会", "青空協会", "shadan"),
    ("(一社)青空協会", "青空協会", "shadan"),
    ("公益財団法人青空財団", "青空財団", "zaidan"),
    ("㈶青空財団", "青空財団", "zaidan"),
    ("特定非営利活動法人青空", "青空", "npo"),
    ("NPO法人青空", "青空", "npo"),
    ("独立行政法人青空機構", "青空機構", "dokuho"),
    ("国立大学法人青空大学", "青空大学", "daigaku"),
    ("公立大学法人青空大学", "青空大学", "daigaku"),
    ("税理士法人青空", "青空", "zeiri"),
    ("弁護士法人青空", "青空", "bengo"),
    ("司法書士法人青空", "青空", "shiho"),
    ("社会保険労務士法人青空", "青空", "sharoshi"),
    ("特許業務法人青空", "青空", "tokkyo"),
    ("有限責任監査法人青空", "青空", "kansa"),
    ("青空生活協同組合", "青空", "kumiai"),
    ("青空農業協同組合", "青空", "nokyo"),
    ("農事組合法人青空", "青空", "kumiai"),
    ("青空信用金庫", "青空信用金庫", None),
    ("青空商工会議所", "青空商工会議所", None),
    ("Yamada Trading Co., Ltd.", "yamadatrading", "western"),
    ("Yamada Trading Co.,Ltd", "yamadatrading", "western"),
    ("YAMADA TRADING CO LTD", "yamadatrading", "western"),
    ("Yamada Trading Company, Limited", "yamadatrading", "western"),
    ("Yamada Trading Inc.", "yamadatrading", "western"),
    ("Yamada Trading, Inc", "yamadatrading", "western"),
    ("Yamada Trading Corporation", "yamadatrading", "western"),
    ("Yamada Trading Corp.", "yamadatrading", "western"),
    ("Yamada Trading LLC", "yamadatrading", "western"),
    ("Yamada Trading K.K.", "yamadatrading", "kk"),
    ("Yamada Trading KK", "yamadatrading", "kk"),
    ("KK Yamada Trading", "yamadatrading", "kk"),
    ("Kabushiki Kaisha Yamada Trading", "yamadatrading", "kk"),
    ("Yamada Trading Pte. Ltd.", "yamadatrading", "western"),
    ("Yamada Trading Pty Ltd", "yamadatrading", "western"),
    ("Yamada Trading GmbH", "yamadatrading", "western"),
    ("Yamada Trading S.A.", "yamadatrading", "western"),
    ("Yamada Trading B.V.", "yamadatrading", "western"),
    ("Yamada Trading (Japan) Co., Ltd.", "yamadatrading", "western"),
    ("The Yamada Trading Co., Ltd.", "yamadatrading", "western"),
    ("Ｙａｍａｄａ　Ｔｒａｄｉｎｇ", "yamadatrading", None),
    ("山田商事(Yamada Trading Co., Ltd.)", "山田商事", None),
    ("山田商事株式会社 / Yamada Trading Co., Ltd.", "山田商事", "kk"),
    ("Yamada Trading Co., Ltd. (山田商事株式会社)", "山田商事", "kk"),
    ("株式会社山田商事 大阪支店", "山田商事", "kk"),
    ("株式会社山田商事　大阪支店　営業部", "山田商事", "kk"),
    ("山田商事株式会社大阪支店", "山田商事", "kk"),
    ("山田商事株式会社大阪支店営業一課", "山田商事", "kk"),
    ("山田商事(株)第一営業部", "山田商事", "kk"),
    ("山田商事(株) DX推進室", "山田商事", "kk"),
    ("山田商事株式会社 本社", "山田商事", "kk"),
    ("山田商事本社", "山田商事", None),
    ("山田商事 東京支店", "山田商事", None),
    ("山田商事東京支店", "山田商事", None),
    ("山田商事株式会社（東京支店）", "山田商事", "kk"),
    ("山田商事 (株) 首都圏事業部", "山田商事", "kk"),
    ("山田商事株式会社 情報システム部 部長", "山田商事", "kk"),
    ("山田商事株式会社 御中", "山田商事", "kk"),
    ("山田商事株式会社様", "山田商事", "kk"),
    ("「山田商事」株式会社", "山田商事", "kk"),
    ('"山田商事株式会社"', "山田商事", "kk"),
    ("山田商事株式会社。", "山田商事", "kk"),
    ("・山田商事株式会社", "山田商事", "kk"),
    ("山田　商事　株式会社", "山田商事", "kk"),
    ("山田・商事", "山田商事", None),
    ("髙橋建設㈱", "高橋建設", "kk"),
    ("濵田工業(株)", "浜田工業", "kk"),
    ("齋藤組", "斎藤組", None),
    ("キャノン株式会社", "キヤノン", "kk"),
    ("ｷﾔﾉﾝ", "キヤノン", None),
    ("テックワン", "テツクワン", None),
    ("ﾃｯｸ･ﾜﾝ", "テツクワン", None),
    ("山田ホールディングス株式会社", "山田ホールデイングス", "kk"),
    ("山田HD", "山田ホールデイングス", None),
    ("株式会社山田ＨＤ", "山田ホールデイングス", "kk"),
    ("株式会社山田ホールディングズ", "山田ホールデイングス", "kk"),
    ("株式会社山田グループ本社", "山田グルプ", "kk"),
    ("山田商事（旧:鈴木商店）", "山田商事", None),
    ("山田商事株式会社(旧社名:鈴木商店株式会社)", "山田商事", "kk"),
    ("山田商事株式会社 旧鈴木商店", "山田商事", "kk"),
    ("山田商事(旧 株式会社鈴木商店)", "山田商事", None),
    ("鈴木商店→山田商事", "山田商事", None),
    ("株式会社東日本山田", "東日本山田", "kk"),
    ("株式会社山田研究所", "山田研究所", "kk"),
    ("山田工場", "山田工場", None),
    ("オフィス山田", "オフイス山田", None),
    ("有限会社オフィス・ワン", "オフイスワン", "yk"),
    ("株式会社3D", "3d", "kk"),
    ("株式会社第一", "第一", "kk"),
    ("T&D商会", "t&d商会", None),
    ("山田＆サンズ", "山田&サンズ", None),
    ("カンパニー株式会社", "カンパニ", "kk"),
    ("Company Yamada", "companyyamada", None),
    ("Inc Yamada", "incyamada", None),
    ("株式会社", None, None),
    ("(株)", None, None),
    ("-", None, None),
    ("㈱テック・ワン", "テツクワン", "kk"),
    ("カ）ヤマダシヨウジ", "ヤマダシヨウジ", "kk"),
    ("ヤマダショウジ（カ", "ヤマダシヨウジ", "kk"),
    ("有限会社やまだ", "やまだ", "yk"),
    ("合同会社ABC", "abc", "gk"),
    ("学校法人ブリッジ学園", "ブリツジ学園", "gakko"),
    ("国立大学法人東都大学", "東都大学", "daigaku"),
    ("税理士法人山田", "山田", "zeiri"),
    ("YAMADA TRADING CO.,LTD", "yamadatrading", "western"),
    ("Yamada Trading, Inc.", "yamadatrading", "western"),
]

FORMER_NAMES = [
    ("山田商事（旧:鈴木商店）", "鈴木商店"),
    ("山田商事(旧 鈴木商店)", "鈴木商店"),
    ("山田商事株式会社(旧社名:鈴木商店株式会社)", "鈴木商店"),
    ("山田商事株式会社（旧商号：㈱鈴木商店）", "鈴木商店"),
    ("山田商事(旧 株式会社鈴木商店)", "鈴木商店"),
    ("山田商事株式会社 旧鈴木商店", "鈴木商店"),
    ("山田商事 旧社名:鈴木商店", "鈴木商店"),
    ("鈴木商店→山田商事", "鈴木商店"),
    ("㈱鈴木商店 ⇒ 山田商事㈱", "鈴木商店"),
    ("ホテル 旧軽井沢", None),
    ("旧鈴木商店", None),
    ("山田商事(大阪支店)", None),
    ("山田商事", None),
]

OTHER_COMPANIES = [
    ("株式会社山田商事", "株式会社山田商事ホールディングス"),
    ("株式会社東日本山田", "株式会社西日本山田"),
    ("株式会社山田研究所", "株式会社山田"),
    ("株式会社山田工場", "株式会社山田"),
    ("株式会社山田物流", "株式会社山田商事"),
    ("山田商事株式会社", "山田商事グループ株式会社"),
    ("山田フィナンシャル", "山田フィナンシャルグループ"),
    ("山田商事サービス", "山田商事"),
    ("山田商事北海道", "山田商事九州"),
    ("新山田商事", "山田商事"),
    ("第一山田商事", "第二山田商事"),
    ("山田HD", "山田"),
    ("日本山田商事", "山田商事"),
    ("山田商事ジャパン", "山田商事"),
    ("山田システムズ", "山田情報システム"),
    ("斎藤商店", "斉藤商店"),
]


@pytest.mark.parametrize("written", ONE_COMPANY)
def test_spellings_of_one_company_share_the_core(written):
    assert parse_company(written).core == "山田商事"


@pytest.mark.parametrize(("written", "core", "form"), CORES)
def test_legal_forms_are_cut_off_and_kept_apart(written, core, form):
    name = parse_company(written)
    assert (name.core, name.legal_form) == (core, form)


@pytest.mark.parametrize(("written", "former"), FORMER_NAMES)
def test_an_earlier_name_is_kept_beside_the_name(written, former):
    assert parse_company(written).former == former


@pytest.mark.parametrize("filler", ["株式会社", "(", "支店 ", "旧", "→", "あ", "\x00", "/"])
def test_a_giant_name_costs_no_more_than_a_long_one(filler):
    started = time.perf_counter()
    parse_company("山田商事" + filler * 200_000)
    assert time.perf_counter() - started < 1


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
        ("T5990-0000-00012", "5990000000012"),
        ("t5990000000012", "5990000000012"),
        ("Ｔ５９９００００００００１２", "5990000000012"),
        ("法人番号:5990000000012", "5990000000012"),
        ("法人番号 5990000000012", "5990000000012"),
        ("登録番号 T5990000000012", "5990000000012"),
        ("5 9900 0000 0012", "5990000000012"),
        ("5,990,000,000,012", "5990000000012"),
        ("'5990000000012", "5990000000012"),
        ("5990‐0000‐00012", "5990000000012"),
        ("5990000000012\u200b", "5990000000012"),
        ("7000012050002", "7000012050002"),
        ("9000000000009", "9000000000009"),
        ("1000000000009", None),
        ("5.990000000012E+12", "5990000000012"),
        ("5.99E+12", None),
        ("59900000000012", None),
        ("599000000012", None),
        ("5990000000012 5990000000012", None),
        ("T", None),
        ("9" * 100_000, None),
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

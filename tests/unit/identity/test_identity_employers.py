"""Which company a record belongs to: each rule with its case and counter-case."""

import pytest

ONE = {
    "法人番号": (
        {"company_name": "株式会社架橋", "corporate_number": "5990000000012"},
        {"company_name": "カケハシ", "corporate_number": "T5990000000012"},
    ),
    "domain and name": (
        {"company_name": "架橋㈱", "domain": "kakehashi.test", "prefecture": "東京都"},
        {
            "company_name": "株式会社架橋",
            "website": "https://www.kakehashi.test",
            "prefecture": "大阪府",
        },
    ),
    "domain, name in Latin letters": (
        {"company_name": "株式会社架橋", "domain": "kakehashi.test"},
        {"company_name": "Kakehashi Inc.", "domain": "kakehashi.test"},
    ),
    "domain, mistyped name": (
        {"company_name": "株式会社架橋商事", "domain": "kakehashi.test"},
        {"company_name": "株式会社架僑商事", "domain": "kakehashi.test"},
    ),
    "name and prefecture": (
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "架橋", "address": "東京都港区芝1-1"},
    ),
    "name and phone": (
        {"company_name": "株式会社架橋", "phone": "03-0000-1234"},
        {"company_name": "架橋", "phone": "0300001234"},
    ),
    "the only company of that name": (
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "架橋"},
    ),
    "renamed, the earlier name stated": (
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "松風株式会社(旧社名:架橋)", "domain": "matsukaze.test"},
    ),
    "branch": (
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "株式会社架橋 大阪支店", "prefecture": "大阪府"},
    ),
}

TWO = {
    "different 法人番号": (
        {
            "company_name": "株式会社架橋",
            "prefecture": "東京都",
            "corporate_number": "5990000000012",
        },
        {
            "company_name": "株式会社架橋",
            "prefecture": "東京都",
            "corporate_number": "2990000000023",
        },
    ),
    "two prefectures": (
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "株式会社架橋", "prefecture": "大阪府"},
    ),
    "two prefectures by area code": (
        {"company_name": "株式会社架橋", "phone": "03-0000-1234"},
        {"company_name": "株式会社架橋", "phone": "06-0000-1234"},
    ),
    "group companies on one domain": (
        {"company_name": "株式会社架橋", "domain": "kakehashi.test"},
        {"company_name": "株式会社架橋物流", "domain": "kakehashi.test"},
    ),
    "sisters one character apart": (
        {"company_name": "架橋東日本", "domain": "kakehashi.test"},
        {"company_name": "架橋西日本", "domain": "kakehashi.test"},
    ),
    "renamed, but the earlier name is another's elsewhere": (
        {"company_name": "株式会社架橋", "prefecture": "大阪府"},
        {"company_name": "松風株式会社(旧社名:架橋)", "prefecture": "東京都"},
    ),
    "free mail domain": (
        {"company_name": "株式会社架橋", "domain": "gmail.com"},
        {"company_name": "株式会社松風", "domain": "gmail.com"},
    ),
    "other legal form": (
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "有限会社架橋", "prefecture": "東京都"},
    ),
}


@pytest.mark.parametrize("case", ONE)
def test_one_company(case, together):
    assert together([], ONE[case], entity="account") == [["0", "1"]]


@pytest.mark.parametrize("case", TWO)
def test_two_companies(case, together):
    assert together([], TWO[case], entity="account") == []


def _employer(resolve, person, companies):
    rows = {
        row["record_key"]: row for row in resolve([person], companies) if row["entity"] == "account"
    }
    return rows.get("form:answer:0"), rows


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"company_key": "crm:account:0"}, "取引先レコードに所属"),
        ({"converted_account_key": "crm:account:0"}, "取引開始(コンバート)"),
        ({"corporate_number": "5990000000012"}, "法人番号一致"),
        ({"company_name": "架橋㈱", "email": "a@kakehashi.test"}, "ドメイン一致"),
        ({"email": "a@kakehashi.test"}, "ドメイン一致"),
        ({"company_name": "架橋", "phone": "03-0000-1234"}, "会社名+電話一致"),
        ({"company_name": "架橋", "prefecture": "東京都"}, "会社名+都道府県一致"),
        ({"company_name": "架橋"}, "会社名一致"),
    ],
)
def test_a_person_is_led_to_the_account(person, reason, resolve):
    company = {
        "company_name": "株式会社架橋",
        "corporate_number": "5990000000012",
        "domain": "kakehashi.test",
        "phone": "03-0000-1234",
        "prefecture": "東京都",
    }
    mine, rows = _employer(resolve, {"full_name": "山田 太郎", **person}, [company])
    assert mine["match_reason"] == reason
    assert mine["resolved_id"] == rows["crm:account:0"]["resolved_id"]


def test_a_named_company_without_a_record_gets_an_account_of_its_own(resolve):
    mine, _ = _employer(resolve, {"full_name": "山田 太郎", "company_name": "株式会社松風"}, [])
    assert mine["match_reason"] == "会社名のみ" and mine["resolved_id"].startswith("acc_")


@pytest.mark.parametrize(
    "person", [{}, {"company_name": "個人"}, {"email": "a@gmail.com"}, {"email": "a@matsu.test"}]
)
def test_no_company_no_account(person, resolve):
    mine, _ = _employer(resolve, {"full_name": "山田 太郎", **person}, [])
    assert mine is None


def test_a_changed_employer_does_not_join_two_companies(together):
    """The contact still hangs on the old company; the mail is the new one's."""
    companies = [
        {"company_name": "株式会社架橋", "prefecture": "東京都"},
        {"company_name": "株式会社松風", "domain": "matsukaze.test"},
    ]
    person = {"full_name": "山田 太郎", "company_key": "crm:account:0", "email": "a@matsukaze.test"}
    groups = together([person], companies, entity="account")
    assert groups == [["0"]] or groups == [] or all("1" not in group for group in groups)

"""How one company is written by many people: shortened, transcribed, mistyped, from a branch."""

import pytest

from identity.companies import parse_company
from identity.company_evidence import is_mistyped_domain, is_short_for, script_of


@pytest.mark.parametrize(
    ("short", "whole", "holds"),
    [
        ("千電", "千歳電機", True),
        ("青観", "青嶺観光協会", True),
        ("千歳電機", "千歳電機販売", False),  # a parent company is no abbreviation
        ("電機", "千歳電機", False),
        ("千機電", "千歳電機", False),
        ("千", "千歳電機", False),
    ],
)
def test_an_abbreviation_picks_letters_in_order(short, whole, holds):
    assert is_short_for(short, whole) is holds


@pytest.mark.parametrize(
    ("typed", "meant", "holds"),
    [
        ("kake-hashi.test", "kakehashi.test", True),
        ("kakehasih.test", "kakehashi.test", True),
        ("kakehashi.tes", "kakehashi.test", True),
        ("kakehashi.test", "kakehashi.test", False),
        ("kakehashi-group.test", "kakehashi.test", False),
        ("kake.test", "kakehashi.test", False),
    ],
)
def test_a_mistyped_domain_has_the_same_letters_or_lacks_its_end(typed, meant, holds):
    assert is_mistyped_domain(typed, meant) is holds


@pytest.mark.parametrize(
    ("core", "script"),
    [
        ("千歳電機", "kanji"),
        ("リブリンク水産", "kanji"),
        ("livelink水産", "kanji and latin"),
        ("リブリンク", "kana"),
        ("livelink", "latin"),
    ],
)
def test_the_script_of_a_name(core, script):
    assert script_of(core) == script


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("剣ソリューションズ株式会社", "剣ソリュ-ションズ(株)"),
        ("剣ソリューションズ株式会社", "剣ソリュ―ションズ"),
        ("サーバー商会", "サーバ商会"),
        ("Chitose Electric Co., Ltd.", "Chitose Electric, Inc. 広島営業所 技術部"),
        ("SIGFORCEホールディングス株式会社", "SIGFORCE HLDGS株式会社"),
    ],
)
def test_two_ways_to_write_one_name(one, other):
    assert parse_company(one).core == parse_company(other).core


def people(*companies, **more):
    """Persons with nothing in common but what they say of their company."""
    return [{"full_name": f"山田 {'一二三四五六七八九'[at]}郎", "company_name": company, **more}
            for at, company in enumerate(companies)]  # fmt: skip


def numbered(persons):
    """With keys that no company record has."""
    return [row | {"record_key": f"form:answer:p{at}"} for at, row in enumerate(persons)]


KNOWN = {"company_name": "株式会社千歳電機", "domain": "chitose.test", "prefecture": "東京都"}


def test_an_abbreviation_on_the_domain_of_the_company(together):
    persons = numbered(people("千電", email="a@chitose.test"))
    assert together(persons, [KNOWN], entity="account") == [["0", "p0"]]


def test_transcriptions_do_not_hinder_one_another(together):
    """Two Latin spellings beside the kanji: the one alone in its script still is the company."""
    persons = people(*["株式会社千歳電機"] * 8, email="a@chitose.test")
    persons = [row | {"phone": f"03-0000-00{at:02}"} for at, row in enumerate(persons)]
    other = people("ちとせ", email="b@chitose.test")
    mixed = people("西山精機", email="c@chitose.test")
    [group] = together([*persons, *other, *mixed], [KNOWN], entity="account")
    assert {"8", "0"} <= set(group) and "9" not in group


def test_a_mail_alone_leads_to_the_company_of_whom_nearly_all_is_said(together):
    persons = people(*["株式会社千歳電機"] * 8, email="a@chitose.test")
    persons = [row | {"phone": f"03-0000-00{at:02}"} for at, row in enumerate(persons)]
    persons += people("西山精機", email="c@chitose.test") + people(None, email="d@chitose.test")
    [group] = together(persons, [], entity="account")
    assert "9" in group and "8" not in group


def test_two_companies_that_share_a_domain_evenly_get_no_mail_of_unknown_company(together):
    persons = people("株式会社千歳電機", "千歳電機販売", None, email="a@chitose.test")
    assert together(persons, [], entity="account") == []


def test_people_in_a_branch_of_the_known_company(together):
    """Where the company has people already, a name with that place is the company."""
    branch = people("千歳電機", email="a@chitose.test", prefecture="広島県")
    bare = people("株式会社 千歳電機")
    persons = numbered([*branch, *people("㈱千歳電機", prefecture="広島県"), *bare])
    assert together(persons, [KNOWN], entity="account") == [["0", "p0", "p1", "p2"]]


def test_people_where_the_known_company_has_nobody_are_not_taken_for_its_people(together):
    persons = [
        row | {"record_key": "form:answer:p0"} for row in people("千歳電機", prefecture="沖縄県")
    ]
    assert together(persons, [KNOWN], entity="account") == []


def test_two_known_companies_of_one_name_leave_a_bare_name_alone(together):
    other = {
        "company_name": "千歳電機株式会社",
        "domain": "chitose-okinawa.test",
        "prefecture": "沖縄県",
    }
    persons = [row | {"record_key": "form:answer:p0"} for row in people("千歳電機")]
    assert together(persons, [KNOWN, other], entity="account") == []


def test_a_bare_name_beside_a_mistyped_domain(together):
    persons = numbered(people("千歳電機", email="a@chitsoe.test") + people("千歳電機"))
    assert together(persons, [KNOWN], entity="account") == [["0", "p0", "p1"]]


def test_a_company_typed_as_the_name_and_the_name_as_company(together):
    persons = [
        {"full_name": "株式会社千歳電機", "company_name": "辻 哲也", "email": "tsuji@chitose.test"},
        {"full_name": "辻 哲也", "email": "tsuji@chitose.test", "company_name": "千歳電機"},
    ]
    assert together(persons) == [["0", "1"]]


@pytest.mark.parametrize("initial", ["H. Ichikawa", "Ichikawa H."])
def test_an_initial_fits_the_name_that_the_address_spells(together, initial):
    rows = [
        {"full_name": initial, "email": "hiro.ichikawa@chitose.test"},
        {"full_name": "市川 宏雄", "email": "hiro.ichikawa@chitose.test"},
    ]
    assert together(rows) == [["0", "1"]]


def test_name_fields_are_turned_when_one_word_is_known_for_the_other_place_only(together):
    rows = [
        {"family_name": "大輔", "given_name": "蒲﨑", "email": "a@chitose.test"},
        {"family_name": "蒲﨑", "given_name": "大輔", "email": "a@chitose.test"},
        {"full_name": "蒲﨑大輔", "company_name": "千歳電機"},
    ]
    assert ["0", "1"] in together(rows)

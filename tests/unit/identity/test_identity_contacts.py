"""Mails and domains: one case a line."""

import pytest

from identity.mails import host_of, normalise_mail, registrable_domain
from identity.reference_lists import ReferenceLists

MAILS = [
    ("taro@kakehashi.test", "taro@kakehashi.test"),
    ("Taro@Kakehashi.TEST", "taro@kakehashi.test"),
    ("ｔａｒｏ＠ｋａｋｅｈａｓｈｉ．ｔｅｓｔ", "taro@kakehashi.test"),
    ("  taro@kakehashi.test\n", "taro@kakehashi.test"),
    ("taro @ kakehashi.test", "taro@kakehashi.test"),
    ("taro@kakehashi.test\u200b", "taro@kakehashi.test"),
    ("ta\u00adro@kakehashi.test", "taro@kakehashi.test"),
    ("taro@kakehashi.test。", "taro@kakehashi.test"),
    ("taro@kakehashi.test、", "taro@kakehashi.test"),
    ("taro@kakehashi.test.", "taro@kakehashi.test"),
    ("(taro@kakehashi.test)", "taro@kakehashi.test"),
    ("「taro@kakehashi.test」", "taro@kakehashi.test"),
    ("'taro@kakehashi.test'", "taro@kakehashi.test"),
    # with what surrounds an address elsewhere
    ("mailto:taro@kakehashi.test", "taro@kakehashi.test"),
    ("MAILTO: taro@kakehashi.test", "taro@kakehashi.test"),
    ("<taro@kakehashi.test>", "taro@kakehashi.test"),
    ("山田 太郎 <taro@kakehashi.test>", "taro@kakehashi.test"),
    ('"Yamada, Taro" <taro@kakehashi.test>', "taro@kakehashi.test"),
    ("山田太郎 taro@kakehashi.test", "taro@kakehashi.test"),
    ("メール:taro@kakehashi.test", "taro@kakehashi.test"),
    ("E-mail: taro@kakehashi.test", "taro@kakehashi.test"),
    ("taro@kakehashi.test; jiro@kakehashi.test", "taro@kakehashi.test"),
    ("taro@kakehashi.test, jiro@kakehashi.test", "taro@kakehashi.test"),
    ("taro@kakehashi.test / 090-0000-0001", "taro@kakehashi.test"),
    ("taro(at)kakehashi.test", "taro@kakehashi.test"),
    ("taro [at] kakehashi.test", "taro@kakehashi.test"),
    ("taro（アット）kakehashi.test", "taro@kakehashi.test"),
    # what the provider ignores
    ("taro+web@kakehashi.test", "taro@kakehashi.test"),
    ("taro+web+2@kakehashi.test", "taro@kakehashi.test"),
    ("ta.ro+x@gmail.com", "taro@gmail.com"),
    ("taro@googlemail.com", "taro@gmail.com"),
    ("ta.ro@kakehashi.test", "ta.ro@kakehashi.test"),
    ("ta_ro-1@kakehashi.test", "ta_ro-1@kakehashi.test"),
    # a domain that cannot be meant as it stands
    ("taro@kakehashi..test", "taro@kakehashi.test"),
    ("taro@.kakehashi.test", "taro@kakehashi.test"),
    ("taro@kakehashi.co,jp", "taro@kakehashi.co.jp"),
    ("taro@kakehashi,co.jp", "taro@kakehashi.co.jp"),
    # mistyped domains stay as they were typed
    ("taro@gmial.com", "taro@gmial.com"),
    ("taro@kakehashi.co.jo", "taro@kakehashi.co.jo"),
    # old addresses of mobile carriers
    ("taro..y@docomo.ne.jp", "taro..y@docomo.ne.jp"),
    ("taro.@docomo.ne.jp", "taro.@docomo.ne.jp"),
    (".taro@ezweb.ne.jp", ".taro@ezweb.ne.jp"),
    ('"taro..y"@docomo.ne.jp', "taro..y@docomo.ne.jp"),
    # subdomains and other scripts
    ("taro@mail.sales.kakehashi.test", "taro@mail.sales.kakehashi.test"),
    ("taro@日本語.test", "taro@xn--wgv71a119e.test"),
    # no address
    ("taro", None),
    ("taro@local", None),
    ("taro@127.0.0.1", None),
    ("@kakehashi.test", None),
    ("taro@", None),
    ("太郎@", None),
    ("+@kakehashi.test", "+@kakehashi.test"),
    ("なし", None),
    ("-", None),
    ("@", None),
    ("@@@@", None),
    ("", None),
    (None, None),
]

SUGGESTIONS = [
    ("taro@gmial.com", "taro@gmail.com"),
    ("ta.ro+x@gmai.com", "taro@gmail.com"),
    ("taro@gmail.co.jp", "taro@gmail.com"),
    ("taro@gmail.con", "taro@gmail.com"),
    ("taro@gnail.com", "taro@gmail.com"),
    ("taro@yaho.co.jp", "taro@yahoo.co.jp"),
    ("taro@yahoo.co.jo", "taro@yahoo.co.jp"),
    ("taro@yahoo.ne.jp", "taro@yahoo.co.jp"),
    ("taro@hotmial.com", "taro@hotmail.com"),
    ("taro@outlok.com", "taro@outlook.com"),
    ("taro@iclud.com", "taro@icloud.com"),
    ("taro@docomo.co.jp", "taro@docomo.ne.jp"),
    ("taro@ezweb.ne.jo", "taro@ezweb.ne.jp"),
    ("taro@kakehashi.co.jo", "taro@kakehashi.co.jp"),
    ("taro@kakehashi.cojp", "taro@kakehashi.co.jp"),
    ("taro@kakehashi.con", "taro@kakehashi.com"),
    ("taro@kakehashi.orjp", "taro@kakehashi.or.jp"),
    ("taro@gmail.com", None),
    ("taro@googlemail.com", None),
    ("taro@kakehashi.test", None),
    ("taro@kakehashi.co.jp", None),
    ("taro@falcon.test", None),
]


@pytest.mark.parametrize(("written", "address"), MAILS)
def test_mails_have_one_spelling(written, address):
    mail = normalise_mail(written)
    assert (mail.address if mail else None) == address


@pytest.mark.parametrize(("written", "suggestion"), SUGGESTIONS)
def test_a_mistyped_domain_brings_a_suggestion_and_changes_nothing(written, suggestion):
    mail = normalise_mail(written)
    assert mail.suggestion == suggestion
    assert mail.written == written
    assert mail.address != suggestion


def test_what_is_shown_is_what_was_written():
    assert normalise_mail("Ｔa.ro+web＠gmail.com").written == "ta.ro+web@gmail.com"


def test_a_giant_cell_costs_no_more_than_a_long_one():
    assert normalise_mail("taro@kakehashi.test" + "x" * 1_000_000) is None
    assert normalise_mail("@" * 1_000_000) is None
    assert normalise_mail("taro@kakehashi.test;" * 100_000).address == "taro@kakehashi.test"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("info@a.test", True),
        ("info2@a.test", True),
        ("info-tokyo@a.test", True),
        ("ifno@a.test", True),
        ("contacct@a.test", True),
        ("eigyo@a.test", True),
        ("no-reply@a.test", True),
        ("soumu@a.test", True),
        ("taro@a.test", False),
        ("infora@a.test", False),
        ("sales.taro@a.test", True),
        ("maki@a.test", False),
        ("eigyobu@a.test", True),
        ("support_jp@a.test", True),
        ("soumu-bu@a.test", True),
        ("webmaster@a.test", True),
        ("keiri01@a.test", True),
        ("kouhou@a.test", True),
        ("hanbai@a.test", True),
        ("madoguchi@a.test", True),
        ("yoyaku@a.test", True),
        ("privacy@a.test", True),
        ("jinji.saiyo@a.test", True),
        ("t.info@a.test", False),
        ("saitou@a.test", False),
        ("kikuchi@a.test", False),
        ("mailyn@a.test", False),
    ],
)
def test_role_mailboxes(address, expected):
    assert normalise_mail(address).is_role is expected


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("mail.sales.abc.co.jp", "abc.co.jp"),
        ("abc.com", "abc.com"),
        ("a.b.abc.test", "abc.test"),
        ("abc.co.test", "abc.co.test"),
        ("x.abc.co.test", "abc.co.test"),
        ("co.jp", None),
        ("localhost", None),
        ("", None),
        (None, None),
        ("a_b", None),
        ("Mail.ABC.co.jp.", "abc.co.jp"),
        ("abc.tokyo.jp", "abc.tokyo.jp"),
        ("a.lg.jp", "a.lg.jp"),
        ("192.168.0.1", None),
    ],
)
def test_the_registered_domain(domain, registered):
    assert registrable_domain(domain) == registered


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.abc.co.jp/path?x=1", "abc.co.jp"),
        ("www.abc.test", "abc.test"),
        ("ABC.TEST:8080", "abc.test"),
        ("なし", None),
        ("", None),
        (None, None),
    ],
)
def test_the_host_of_a_web_address(url, host):
    assert host_of(url) == host


def test_lists_are_folded_like_the_values():
    lists = ReferenceLists.of(
        free_mail_domains=["Gmail.com"], placeholder_values=["Ｎ／Ａ"], test_domains=["example.com"]
    )
    assert lists.is_free_mail(normalise_mail("taro@gmail.com"))
    assert "n/a" in lists.placeholder_values
    assert lists.is_test_domain("mail.example.com") and not lists.is_test_domain("example.test")
    assert lists.is_free_mail(normalise_mail("taro@gmial.com"))
    assert lists.employer_domain("gmail.com") is None
    assert lists.employer_domain("abc.test") == "abc.test"

"""Phones and mails: one case a line."""

import pytest

from identity.mails import host_of, normalise_mail, registrable_domain
from identity.phones import is_mobile, phone_e164
from identity.reference_lists import ReferenceLists

PHONES = [
    ("03-0000-1234", "+81300001234"),
    ("０３（0000）１２３４　内線 12", "+81300001234"),
    ("03-0000-1234(代)", "+81300001234"),
    ("03-0000-1234（代表）", "+81300001234"),
    ("代表 03-0000-1234", "+81300001234"),
    ("TEL:03.0000.1234", "+81300001234"),
    ("03-0000-1234 ext.5", "+81300001234"),
    ("03‐0000ー1234", "+81300001234"),
    ("03-0000-1234 / 090-0000-5678", "+81300001234"),
    ("+81-3-0000-1234", "+81300001234"),
    ("+81 (0)3-0000-1234", "+81300001234"),
    ("81300001234", "+81300001234"),
    ("300001234", "+81300001234"),
    ("9000001234", "+819000001234"),
    ("9000001234.0", "+819000001234"),
    ("090 0000 1234", "+819000001234"),
    ("0120-000-123", "+81120000123"),
    ("+1 650-555-0100", "+16505550100"),
    ("000-0000-0000", None),
    ("0123456789", None),
    ("1234", None),
    ("なし", None),
    ("", None),
    (None, None),
]

MAILS = [
    ("Taro@Kakehashi.test", "taro@kakehashi.test"),
    ("ｔａｒｏ＠ｋａｋｅｈａｓｈｉ．ｔｅｓｔ", "taro@kakehashi.test"),
    ("taro+web@kakehashi.test", "taro@kakehashi.test"),
    ("山田 <taro@kakehashi.test>", "taro@kakehashi.test"),
    ("mailto:taro@kakehashi.test", "taro@kakehashi.test"),
    (" taro@kakehashi.test。", None),
    ("taro@gmial.com", "taro@gmail.com"),
    ("ta.ro+x@googlemail.com", "taro@gmail.com"),
    ("taro@kakehashi.co.jo", "taro@kakehashi.co.jp"),
    ("taro@kakehashi.con", "taro@kakehashi.com"),
    ("taro@kakehashi..test", "taro@kakehashi.test"),
    ("taro", None),
    ("taro@local", None),
    ("@kakehashi.test", None),
    ("なし", None),
    (None, None),
]


@pytest.mark.parametrize(("written", "number"), PHONES)
def test_phones_become_e164(written, number):
    assert phone_e164(written) == number


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+819000001234", True),
        ("+817000001234", True),
        ("+81300001234", False),
        ("+815000001234", False),
        ("+81120000123", False),
        (None, False),
    ],
)
def test_mobiles_are_told_from_switchboards(number, expected):
    assert is_mobile(number) is expected


@pytest.mark.parametrize(("written", "address"), MAILS)
def test_mails_have_one_spelling(written, address):
    mail = normalise_mail(written)
    assert (mail.address if mail else None) == address


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
    assert lists.employer_domain("gmail.com") is None
    assert lists.employer_domain("abc.test") == "abc.test"

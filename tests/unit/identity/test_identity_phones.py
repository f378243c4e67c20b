"""Phones: one cell a line, with every number that it holds."""

import pytest

from identity.phones import is_mobile, phone_e164, phone_numbers

TOKYO, MOBILE = "+81300001234", "+819000005678"

CELLS = [
    # written in every way
    ("03-0000-1234", [TOKYO]),
    ("0300001234", [TOKYO]),
    ("03 0000 1234", [TOKYO]),
    ("03.0000.1234", [TOKYO]),
    ("(03)0000-1234", [TOKYO]),
    ("03(0000)1234", [TOKYO]),
    ("０３－００００－１２３４", [TOKYO]),
    ("０３（0000）１２３４", [TOKYO]),
    ("03‐0000‐1234", [TOKYO]),
    ("03–0000—1234", [TOKYO]),
    ("03ー0000ー1234", [TOKYO]),
    ("03−0000−1234", [TOKYO]),
    ("O3-0000-1234", [TOKYO]),
    ("03-0000-1234\u200b", [TOKYO]),
    ("\u0000\t03-0000-1234", [TOKYO]),
    ("'03-0000-1234", [TOKYO]),
    # a label, a remark, an extension
    ("TEL:03-0000-1234", [TOKYO]),
    ("Tel. 03-0000-1234", [TOKYO]),
    ("T: 03-0000-1234", [TOKYO]),
    ("電話番号:03-0000-1234", [TOKYO]),
    ("℡03-0000-1234", [TOKYO]),
    ("代表 03-0000-1234", [TOKYO]),
    ("03-0000-1234(代)", [TOKYO]),
    ("03-0000-1234（代表）", [TOKYO]),
    ("03-0000-1234㈹", [TOKYO]),
    ("03-0000-1234(直通)", [TOKYO]),
    ("03-0000-1234 内線12", [TOKYO]),
    ("03-0000-1234 (内線: 1203)", [TOKYO]),
    ("03-0000-1234(内)12", [TOKYO]),
    ("03-0000-1234 ext.5", [TOKYO]),
    ("03-0000-1234 ext 5678", [TOKYO]),
    ("03-0000-1234 Extension 5", [TOKYO]),
    ("03-0000-1234x55", [TOKYO]),
    ("03-0000-1234#55", [TOKYO]),
    ("03-0000-1234(呼出)", [TOKYO]),
    ("03-0000-1234 担当:山田", [TOKYO]),
    # with the country
    ("+81-3-0000-1234", [TOKYO]),
    ("+81 3 0000 1234", [TOKYO]),
    ("+81(0)3-0000-1234", [TOKYO]),
    ("+81 (0)3 0000 1234", [TOKYO]),
    ("+81-03-0000-1234", [TOKYO]),
    ("＋８１－３－００００－１２３４", [TOKYO]),
    ("(+81)3-0000-1234", [TOKYO]),
    ("81300001234", [TOKYO]),
    ("0081-3-0000-1234", [TOKYO]),
    ("010-81-3-0000-1234", [TOKYO]),
    ("+81 90 0000 5678", [MOBILE]),
    ("81-90-0000-5678", [MOBILE]),
    ("+1 650-555-0100", ["+16505550100"]),
    ("010-1-650-555-0100", ["+16505550100"]),
    # what spreadsheets do
    ("300001234", [TOKYO]),
    ("9000005678", [MOBILE]),
    ("9000005678.0", [MOBILE]),
    ("9.000005678E+09", [MOBILE]),
    ("9.0E+09", []),
    ("8.13E+11", []),
    ("120000123", ["+81120000123"]),
    # several in one cell
    ("03-0000-1234/090-0000-5678", [TOKYO, MOBILE]),
    ("03-0000-1234、090-0000-5678", [TOKYO, MOBILE]),
    ("03-0000-1234 090-0000-5678", [TOKYO, MOBILE]),
    ("03-0000-1234\n090-0000-5678", [TOKYO, MOBILE]),
    ("03-0000-1234 または 090-0000-5678", [TOKYO, MOBILE]),
    ("03-0000-1234(代) 携帯:090-0000-5678", [TOKYO, MOBILE]),
    ("TEL 03-0000-1234 FAX 03-0000-1235", [TOKYO]),
    ("FAX:03-0000-1235 TEL:03-0000-1234", [TOKYO]),
    ("03-0000-1234 / 03-0000-1234", [TOKYO]),
    # freephone, IP, regional
    ("0120-000-123", ["+81120000123"]),
    ("0800-000-0123", ["+818000000123"]),
    ("050-0000-1234", ["+815000001234"]),
    ("0000-00-0000", []),
    ("0466-00-1234", ["+81466001234"]),
    # no number
    ("000-0000-0000", []),
    ("090-0000-0000", []),
    ("03-1111-1111", []),
    ("0123456789", []),
    ("1234", []),
    ("内線 1234", []),
    ("なし", []),
    ("-", []),
    ("03-0000-", []),
    ("999999999999999999999999", []),
    ("", []),
    (None, []),
]


@pytest.mark.parametrize(("written", "numbers"), CELLS)
def test_a_cell_gives_every_number_in_it(written, numbers):
    assert list(phone_numbers(written)) == numbers
    assert phone_e164(written) == (numbers[0] if numbers else None)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+819000001234", True),
        ("+818000001234", True),
        ("+817000001234", True),
        ("+81300001234", False),
        ("+815000001234", False),
        ("+81120000123", False),
        (None, False),
    ],
)
def test_mobiles_are_told_from_switchboards(number, expected):
    assert is_mobile(number) is expected


def test_a_giant_cell_costs_no_more_than_a_long_one():
    assert phone_e164("03-0000-1234" + " / 03-0000-1234" * 100_000) == TOKYO
    assert phone_e164("9" * 1_000_000) is None

"""Ids of the made-up world have the form their issuers give them."""

from __future__ import annotations

import pytest

from sandbox.world.identifiers import (
    IdSequence,
    corporate_number,
    id_checksum,
    salesforce_id,
)
from sandbox.world.truth.phones import PhoneBook
from sandbox.world.truth.romaji import spelled


@pytest.mark.parametrize(
    ("id15", "suffix"),
    [
        ("001A0000006Vm9r", "IAC"),
        ("00Q000000000001", "EAA"),
        ("0010000000abcde", "AAA"),
        ("001ABCDEABCDEFG", "Y55"),
    ],
)
def test_checksum_counts_capitals_in_groups_of_five(id15: str, suffix: str) -> None:
    assert id_checksum(id15) == suffix


def test_salesforce_ids_start_with_the_key_prefix_and_never_repeat() -> None:
    ids = IdSequence()
    drawn = [ids.new("Lead") for _ in range(500)]
    assert len(set(drawn)) == 500
    assert {len(each) for each in drawn} == {18}
    assert {each[:3] for each in drawn} == {"00Q"}


def test_history_objects_share_a_prefix_but_no_id() -> None:
    ids = IdSequence()
    names = ("LeadHistory", "ContactHistory", "OpportunityFieldHistory")
    drawn = [ids.new(name) for name in names for _ in range(100)]
    assert len(set(drawn)) == 300


def test_same_number_gives_same_id() -> None:
    assert salesforce_id("003", 4711) == salesforce_id("003", 4711)


@pytest.mark.parametrize(
    ("base", "number"),
    [
        # the example of the National Tax Agency's own explanation
        ("700110005901", "8700110005901"),
        ("000000000000", "9000000000000"),
    ],
)
def test_corporate_number_gets_its_check_digit(base: str, number: str) -> None:
    assert corporate_number(base) == number


def test_phone_book_gives_only_unassigned_numbers_once() -> None:
    book = PhoneBook()
    mobiles = [book.mobile() for _ in range(400)]
    landlines = [book.landline("03") for _ in range(200)] + [book.landline("045")]
    assert len(set(mobiles)) == 400
    assert len(set(landlines)) == 201
    assert all(number[3:5] == "-0" for number in mobiles)
    assert landlines[0].startswith("03-0000-")
    assert landlines[-1].startswith("045-000-")


@pytest.mark.parametrize(
    ("kana", "style", "text"),
    [
        ("サトウ", "hepburn", "sato"),
        ("サトウ", "long", "satou"),
        ("オオノ", "hepburn", "ono"),
        ("シンイチ", "hepburn", "shinichi"),
        ("シンイチ", "kunrei", "siniti"),
        ("リョウタ", "hepburn", "ryota"),
        ("シュンスケ", "hepburn", "shunsuke"),
        ("ハットリ", "hepburn", "hattori"),
        ("ジュンイチ", "hepburn", "junichi"),
        ("ノリコ", "hepburn", "noriko"),
    ],
)
def test_romaji(kana: str, style: str, text: str) -> None:
    assert spelled(kana, style) == text

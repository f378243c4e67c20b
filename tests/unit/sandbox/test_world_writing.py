"""The made-up world writes true values the many ways real people do, and never loses the truth."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from sandbox.world.answer_key import plain_company, plain_mail, plain_phone
from sandbox.world.streams import Streams
from sandbox.world.truth.companies import Company, CompanyRegister
from sandbox.world.truth.names import PersonName, one_kanji_apart, same_reading
from sandbox.world.truth.phones import PhoneBook
from sandbox.world.truth.population import populate
from sandbox.world.writing.company_writing import write_company
from sandbox.world.writing.contact_writing import write_mail, write_office_phone, write_phone
from sandbox.world.writing.name_writing import NameHabits, with_variants, write_name

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
NAME = PersonName("高橋", "健一", "タカハシ", "ケンイチ")


def rng() -> random.Random:
    return random.Random("writing")


def written_names(habits: NameHabits, *, misconverted: bool = False) -> set[tuple[str, str]]:
    stream = rng()
    drawn = [write_name(stream, NAME, habits, misconverted=misconverted) for _ in range(60)]
    return {(name.family, name.given) for name in drawn}


@pytest.fixture(scope="module")
def company() -> Company:
    return CompanyRegister(Streams(1), PhoneBook()).found(employees=(500, 900), industry="製造")


def test_phone_styles_mean_the_same_number() -> None:
    stream = rng()
    written = {write_phone(stream, "090-0000-1234", excel=True) for _ in range(300)}
    assert {"09000001234", "9000001234", "０９０－００００－１２３４"} <= written
    assert any(text.startswith("+81") for text in written)
    assert {plain_phone(text) for text in written} == {"09000001234"}


def test_switchboard_marks_and_extensions_mean_the_same_number() -> None:
    stream = rng()
    written = [write_office_phone(stream, "03-0000-1234", is_switchboard=True) for _ in range(300)]
    assert any("代表" in text for text in written)
    assert any("内線" in text for text in written)
    assert {plain_phone(text) for text in written} == {"0300001234"}


def test_mail_slips_stay_in_the_domain() -> None:
    stream = rng()
    address = "taro.yamada@aozora.test"
    written = {write_mail(stream, address, typed=True, checked=False) for _ in range(600)}
    assert "TARO.YAMADA@AOZORA.TEST" in written
    assert any("+web@" in text for text in written)
    assert any("＠" in text for text in written)
    assert len({plain_mail(text) for text in written}) > 3
    assert {plain_mail(text).partition("@")[2] for text in written} == {"aozora.test"}


def test_systems_that_check_addresses_get_no_full_width_ones() -> None:
    stream = rng()
    written = [write_mail(stream, "a.b@c.test", typed=True, checked=True) for _ in range(300)]
    assert all(text.isascii() for text in written)


def test_company_styles(company: Company) -> None:
    stream = rng()
    written = {write_company(stream, company, "営業部", 1.0) for _ in range(400)}
    assert company.core in written
    assert company.name in written
    assert any("㈱" in text or "㈲" in text or "同" in text for text in written)
    assert any(branch in text for branch in company.branches for text in written)
    assert any(text.startswith(company.english) for text in written)
    assert plain_company(company.core) in {plain_company(text) for text in written}


def test_names_are_written_in_kanji_variants_latin_and_kana() -> None:
    assert with_variants(rng(), "高橋", 1.0) == "髙橋"
    assert {("Takahashi", "Kenichi")} <= written_names(NameHabits(romaji=1.0))
    assert {("たかはし", "けんいち"), ("タカハシ", "ケンイチ")} == written_names(
        NameHabits(kana=1.0)
    )
    assert written_names(NameHabits(swapped=1.0)) <= {("健一", "高橋"), ("健一", "髙橋")}
    assert all(given == "" for _, given in written_names(NameHabits(one_field=1.0)))


def test_a_misconverted_name_keeps_its_reading() -> None:
    givens = {given for _, given in written_names(NameHabits(), misconverted=True)}
    assert givens <= {"健一", "賢一", "謙一", "研一"}
    assert len(givens) > 1


def test_near_names_are_near_but_not_equal() -> None:
    near = one_kanji_apart(rng(), NAME)
    assert near.family == NAME.family
    assert near.given != NAME.given
    assert set(near.given) & set(NAME.given)
    assert near.given_kana != NAME.given_kana
    alike = same_reading(rng(), NAME)
    assert (alike.given_kana, alike.family_kana) == (NAME.given_kana, NAME.family_kana)
    assert alike.full != NAME.full


def test_postal_code_prefecture_and_area_code_belong_together() -> None:
    companies = populate(300, Streams(1), NOW).companies.values()
    for company in companies:
        place = company.address.place
        assert company.address.postal_code.startswith(place.postal_prefix)
        if company.kind == "plain":
            assert company.switchboard.startswith(f"{place.area_code}-")


def test_companies_meet_in_name_or_domain_only_on_purpose() -> None:
    companies = list(populate(900, Streams(2), NOW).companies.values())
    plain = [c for c in companies if c.kind == "plain"]
    assert len({c.name for c in plain}) == len(plain)
    assert len({c.domain for c in plain}) == len(plain)
    assert len({c.corporate_number for c in companies}) == len(companies)
    namesakes = [c for c in companies if c.kind == "same_named_companies"]
    assert len({c.name for c in namesakes}) * 2 == len(namesakes)
    for first, second in zip(namesakes[::2], namesakes[1::2], strict=True):
        assert first.address.place.prefecture != second.address.place.prefecture

"""The words that people, companies and places are made of, read from `data/*.csv`.

Belongs here: reading the lists. Must not: draw from them.
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "data"


class Word(NamedTuple):
    """A written word with its reading in katakana."""

    written: str
    reading: str


class GivenName(NamedTuple):
    """A given name with its readings, the commonest first."""

    gender: str
    written: str
    readings: tuple[str, ...]
    weight: float


class ForeignName(NamedTuple):
    """A foreign name; kanji and an English given name only where the bearer uses them."""

    family: str
    given: str
    family_kana: str
    given_kana: str
    family_kanji: str
    given_kanji: str
    english_given: str


class Trade(NamedTuple):
    """What a company does, as the second half of its name."""

    written: str
    reading: str
    english: str


class CoinedPart(NamedTuple):
    """Half of a coined company name."""

    kana: str
    latin: str


class Prefecture(NamedTuple):
    """A prefecture with the towns that addresses are drawn from."""

    name: str
    english: str
    area_code: str
    postal_digit: str
    towns: tuple[str, ...]
    weight: float


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>.csv` in their order, which draws depend on."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _parts(name: str) -> dict[tuple[str, str], list[Word]]:
    """Parts of names by gender (empty for surnames) and place."""
    groups: dict[tuple[str, str], list[Word]] = defaultdict(list)
    for row in rows(name):
        word = Word(row["kanji"], row["reading"])
        groups[row.get("gender", ""), row["place"]].append(word)
    return groups


def _surnames(frequency: str) -> list[Word]:
    listed = [row for row in rows("surnames") if row["frequency"] == frequency]
    return [Word(row["surname"], row["reading"]) for row in listed]


COMMON_SURNAMES = _surnames("common")
RARE_SURNAMES = _surnames("rare")
SURNAME_PARTS = _parts("surname_parts")
GIVEN_NAMES = [
    GivenName(
        row["gender"],
        row["given_name"],
        tuple(row["readings"].split("/")),
        float(row["weight"]),
    )
    for row in rows("given_names")
]
GIVEN_NAME_PARTS = _parts("given_name_parts")
FOREIGN_NAMES = [ForeignName(**row) for row in rows("foreign_names")]
KANJI_VARIANTS = {row["kanji"]: row["variants"] for row in rows("kanji_variants")}
MISREAD_KANJI = {row["kanji"]: row["misread_as"] for row in rows("misread_kanji")}
COMPANY_STEMS = [Word(row["stem"], row["reading"]) for row in rows("company_stems")]
COMPANY_TRADES = [
    Trade(row["trade"], row["reading"], row["english"]) for row in rows("company_trades")
]
COINED_PARTS = {
    place: [
        CoinedPart(row["kana"], row["latin"])
        for row in rows("coined_parts")
        if row["place"] == place
    ]
    for place in ("first", "second")
}
PREFECTURES = [
    Prefecture(
        row["prefecture"],
        row["english"],
        row["area_code"],
        row["postal_digit"],
        tuple(row["towns"].split("|")),
        float(row["weight"]),
    )
    for row in rows("prefectures")
]
TITLES = [(row["title"], float(row["weight"])) for row in rows("titles")]
BRANCH_PREFECTURES = {row["branch"]: row["prefecture"] for row in rows("branches")}
DEPARTMENTS = {
    employer: [row["department"] for row in rows("departments") if row["employer"] == employer]
    for employer in ("company", "hospital", "university", "town")
}

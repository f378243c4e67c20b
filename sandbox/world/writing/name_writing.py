"""The ways a person's name gets written: variants, Latin letters, slips of the converter.

Belongs here: variants of one true name. Must not: decide who the person is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from sandbox.world.streams import chance, weighted
from sandbox.world.truth.names import PersonName, given_names, kanji_variants, surnames
from sandbox.world.truth.romaji import hiragana, spelled


@dataclass(frozen=True)
class WrittenName:
    """A name as a record has it; a one-field name stands in `family` alone."""

    family: str
    given: str
    family_kana: str = ""
    given_kana: str = ""

    def joined(self, space: str) -> str:
        """Return the name in one field."""
        return f"{self.family}{space}{self.given}" if self.given else self.family


@dataclass(frozen=True)
class NameHabits:
    """Chances of each way of writing in one kind of source."""

    romaji: float = 0.0
    kana: float = 0.0
    one_field: float = 0.0
    swapped: float = 0.0
    honorific: float = 0.0
    spaced: float = 0.0
    misread: float = 0.0
    reading: float = 0.0


def write_name(
    rng: random.Random, name: PersonName, habits: NameHabits, *, misconverted: bool
) -> WrittenName:
    """Write a name by the habits of a source."""
    style = weighted(
        rng,
        {
            "romaji": habits.romaji,
            "kana": habits.kana,
            "kanji": max(1 - habits.romaji - habits.kana, 0.0),
        },
    )
    if style == "romaji":
        written = _latin(rng, name)
    elif style == "kana":
        written = _in_kana(rng, name)
    else:
        written = _in_kanji(rng, name, habits, misconverted)
    if chance(rng, habits.reading):
        written = WrittenName(written.family, written.given, name.family_kana, name.given_kana)
    return _arranged(rng, written, habits)


def with_variants(rng: random.Random, text: str, probability: float) -> str:
    """Replace kanji by their variant forms (異体字), each with the given chance."""
    variants = kanji_variants()
    return "".join(
        rng.choice(variants[c]) if c in variants and chance(rng, probability) else c for c in text
    )


def _in_kanji(
    rng: random.Random, name: PersonName, habits: NameHabits, misconverted: bool
) -> WrittenName:
    family, given = with_variants(rng, name.family, 0.18), name.given
    if misconverted and chance(rng, 0.45):
        given = _homophone(rng, name.given, name.given_kana)
    if chance(rng, habits.misread):
        given = _homophone(rng, name.given, name.given_kana)
    if chance(rng, habits.spaced):
        pad = rng.choice((" ", "　"))
        family, given = f"{family}{pad}", f"{given}"
    return WrittenName(family, given)


def _homophone(rng: random.Random, kanji: str, kana: str) -> str:
    """Return what a kana-kanji converter might have offered instead."""
    others = _by_kana().get(kana, ())
    near = [other for other in others if other != kanji]
    return rng.choice(near) if near else kanji


@cache
def _by_kana() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kanji, kana, _ in (*given_names(), *surnames()):
        found[kana] = (*found.get(kana, ()), kanji)
    return found


def _latin(rng: random.Random, name: PersonName) -> WrittenName:
    style = weighted(rng, {"hepburn": 70.0, "long": 20.0, "kunrei": 10.0})
    family, given = spelled(name.family_kana, style), spelled(name.given_kana, style)
    if chance(rng, 0.25):
        return WrittenName(family.upper(), given.title())
    return WrittenName(family.title(), given.title())


def _in_kana(rng: random.Random, name: PersonName) -> WrittenName:
    if chance(rng, 0.5):
        return WrittenName(hiragana(name.family_kana), hiragana(name.given_kana))
    return WrittenName(name.family_kana, name.given_kana)


def _arranged(rng: random.Random, written: WrittenName, habits: NameHabits) -> WrittenName:
    """Put the parts into the wrong fields, or something after them, as people do."""
    family, given = written.family, written.given
    kana = (written.family_kana, written.given_kana)
    if chance(rng, habits.swapped):
        return WrittenName(given, family.strip(" 　"), *kana)
    if chance(rng, habits.one_field):
        joined = f"{family.strip(' 　')}{rng.choice(('', ' ', '　'))}{given}"
        return WrittenName(joined, "", *kana)
    if chance(rng, habits.honorific):
        return WrittenName(family, f"{given}{rng.choice(('様', ' 様', '　様', '殿'))}", *kana)
    return WrittenName(family, given, *kana)

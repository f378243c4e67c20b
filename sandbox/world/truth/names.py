"""Invented personal names: kanji, reading, and the families of names that are easily confused.

Belongs here: drawing true names. Must not: misspell them (that is `writing`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from sandbox.world.schema import read_data
from sandbox.world.truth.romaji import spelled


@dataclass(frozen=True)
class PersonName:
    """A person's true name, as in the family register."""

    family: str
    given: str
    family_kana: str
    given_kana: str

    @property
    def full(self) -> str:
        """Return family and given name without a space."""
        return self.family + self.given

    @property
    def family_romaji(self) -> str:
        """Return the family name in lower-case Latin letters."""
        return spelled(self.family_kana)

    @property
    def given_romaji(self) -> str:
        """Return the given name in lower-case Latin letters."""
        return spelled(self.given_kana)


@cache
def surnames() -> tuple[tuple[str, str, int], ...]:
    """Return (kanji, kana, relative frequency) of every surname."""
    return tuple((r["kanji"], r["kana"], int(r["weight"])) for r in read_data("surnames.csv"))


@cache
def given_names() -> tuple[tuple[str, str, str], ...]:
    """Return (kanji, kana, gender m or f) of every given name."""
    return tuple((r["kanji"], r["kana"], r["gender"]) for r in read_data("given_names.csv"))


@cache
def _surname_weights() -> tuple[int, ...]:
    return tuple(accumulate(weight for _, _, weight in surnames()))


@cache
def _by_gender(gender: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(name for name in given_names() if name[2] == gender)


def draw_name(rng: random.Random) -> PersonName:
    """Draw a name: surnames by their frequency in the country, men somewhat more often."""
    family, family_kana, _ = rng.choices(surnames(), cum_weights=_surname_weights())[0]
    given, given_kana, _ = rng.choice(_by_gender("m" if rng.random() < 0.68 else "f"))
    return PersonName(family, given, family_kana, given_kana)


def with_given(rng: random.Random, name: PersonName) -> PersonName:
    """Return the name of a relative: same family name, clearly another given name."""
    given, kana, _ = rng.choice([g for g in given_names() if not set(g[0]) & set(name.given)])
    return replace(name, given=given, given_kana=kana)


def one_kanji_apart(rng: random.Random, name: PersonName) -> PersonName:
    """Return a name of the same family that shares one kanji but has another reading."""
    near = [
        g
        for g in given_names()
        if g[0] != name.given and g[1] != name.given_kana and set(g[0]) & set(name.given)
    ]
    if not near:
        return with_given(rng, name)
    given, kana, _ = rng.choice(near)
    return replace(name, given=given, given_kana=kana)


def same_reading(rng: random.Random, name: PersonName) -> PersonName:
    """Return a name that sounds the same and is written with other kanji."""
    near = [g for g in given_names() if g[0] != name.given and g[1] == name.given_kana]
    if near:
        return replace(name, given=rng.choice(near)[0])
    others = [s for s in surnames() if s[0] != name.family and s[1] == name.family_kana]
    return replace(name, family=rng.choice(others)[0]) if others else with_given(rng, name)


def has_homophone(name: PersonName) -> bool:
    """Tell whether the given name exists in other kanji with the same reading."""
    return any(g[0] != name.given and g[1] == name.given_kana for g in given_names())


def has_near_kanji(name: PersonName) -> bool:
    """Tell whether another given name shares a kanji and reads differently."""
    return any(
        g[0] != name.given and g[1] != name.given_kana and set(g[0]) & set(name.given)
        for g in given_names()
    )


@cache
def kanji_variants() -> dict[str, tuple[str, ...]]:
    """Return plain kanji → its variant forms (異体字) that the same person may use."""
    variants: dict[str, tuple[str, ...]] = {}
    for row in read_data("kanji_variants.csv"):
        variants[row["plain"]] = (*variants.get(row["plain"], ()), row["variant"])
    return variants

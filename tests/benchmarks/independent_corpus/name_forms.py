"""In which form a person's name is written: kanji, kana, Latin letters, surname only, misread.

Belongs here: choosing a form, and what the form still shows of the person. Must not: put the parts
together into the fields of a record.
"""

from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.benchmarks.independent_corpus.person_names import NameKey, PersonName
from tests.benchmarks.independent_corpus.sources import Medium
from tests.benchmarks.independent_corpus.word_lists import ForeignName
from tests.benchmarks.independent_corpus.writing_systems import (
    LongVowels,
    hiragana,
    romaji,
)
from tests.benchmarks.independent_corpus.written_companies import misread

Script = Literal["kanji", "kana", "latin"]
_FAMILY_FIRST = frozenset(
    {"Nguyen", "Tran", "Pham", "Kim", "Park", "Lee", "Chen", "Wang", "Li", "Zhang"}
)
_NICKNAMES = ("ケン", "Ken", "まーくん", "みっちー", "タク")
_OTHER_SAITO = str.maketrans("斎斉", "斉斎")
_TYPED_FROM_HEARING = frozenset({Medium.LEAD, Medium.CONTACT, Medium.CARD_FILE})
_MISREAD_SHARES = {Medium.BIZ_CARD: 0.035, Medium.CARD_FILE: 0.06}
_LONG_VOWELS: list[LongVowels] = ["short", "short", "h", "kept"]


@dataclass
class NameForm:
    """A name in the form in which a record has it.

    Attributes:
        given: None where only the surname is written.
        is_family_first: Order of the parts.
        keys: What the form shows of the person.
        is_misread: Whether a scanner took one kanji for another.
    """

    family: str
    given: str | None
    keys: list[NameKey]
    script: Script = "kanji"
    is_family_first: bool = True
    is_misread: bool = False


def choose_form(
    rng: Random, name: PersonName, medium: Medium, *, is_safe: bool, may_be_weak: bool
) -> NameForm:
    """A form of a name.

    Args:
        rng: The stream of the corpus.
        name: Whose form.
        medium: How the record came about.
        is_safe: Whether the kanji must be right.
        may_be_weak: Whether a form that says too little is acceptable in this record.
    """
    family = name.official_family if rng.random() < 0.55 else name.family
    if not name.foreign and medium in _TYPED_FROM_HEARING and rng.random() < 0.12 and not is_safe:
        family = family.translate(_OTHER_SAITO)
    weak = [name.initial_key, name.surname_key, name.surname_read_key]
    form = NameForm(family, name.given, [name.written_key, name.read_key, *weak])
    draw = rng.random()
    if name.foreign:
        form = _foreign_form(rng, name, name.foreign)
    elif may_be_weak:
        _weaken(rng, form, name, medium, draw)
    share = _MISREAD_SHARES.get(medium, 0)
    is_exposed = form.script == "kanji" and not is_safe and not name.foreign
    if share and is_exposed and rng.random() < share:
        _misread(rng, form, name)
    return form


def _foreign_form(rng: Random, name: PersonName, foreign: ForeignName) -> NameForm:
    keys = [name.read_key, name.initial_key, name.surname_key, name.surname_read_key]
    draw = rng.random()
    if foreign.family_kanji and draw < 0.3:
        return NameForm(foreign.family_kanji, foreign.given_kanji, [*keys, name.written_key])
    if foreign.english_given and draw < 0.55:
        chosen = NameKey("read", f"{foreign.family} {foreign.english_given}".lower())
        keys = [chosen, name.surname_key, name.surname_read_key]
        form = NameForm(foreign.family, foreign.english_given, keys, "latin", False)
    elif draw < 0.72:
        is_family_first = rng.choice([True, False])
        form = NameForm(foreign.family, foreign.given, keys, "latin", is_family_first)
    else:
        is_family_first = foreign.family in _FAMILY_FIRST or rng.choice([False, False, True])
        form = NameForm(foreign.family_kana, foreign.given_kana, keys, "kana", is_family_first)
    if form.script == "latin" and rng.random() < 0.2:
        form.family = form.family.upper()
        if form.given and rng.random() < 0.5:
            form.given = form.given.upper()
    return form


def _weaken(rng: Random, form: NameForm, name: PersonName, medium: Medium, draw: float) -> None:
    """Now and then: Latin letters, kana, the surname alone, a nickname."""
    latin = 0.05 if medium in (Medium.CONTACT, Medium.RESPONSE) else 0.018
    by_sound = [name.read_key, name.initial_key, name.surname_read_key]
    if draw < latin:
        _write_in_latin(rng, form, name)
    elif draw < latin + 0.018:
        form.family, form.given, form.script = name.family_reading, name.given_reading, "kana"
        form.keys = by_sound
    elif draw < latin + 0.026:
        form.family, form.given = hiragana(name.family_reading), hiragana(name.given_reading)
        form.script, form.keys = "kana", by_sound
    elif draw < latin + 0.042:
        form.given = None if draw < latin + 0.040 else rng.choice(_NICKNAMES)
        form.keys = [name.surname_key, name.surname_read_key]


def _write_in_latin(rng: Random, form: NameForm, name: PersonName) -> None:
    vowels = rng.choice(_LONG_VOWELS)
    family = romaji(name.family_reading, vowels).capitalize()
    # people who write Satoh still write Kota
    given = romaji(name.given_reading, "short" if vowels == "h" else vowels).capitalize()
    form.script, form.is_family_first = "latin", rng.choice([False, False, True])
    form.keys = [name.read_key, name.initial_key, name.surname_read_key]
    style = rng.random()
    if style < 0.25:
        family = family.upper()
    elif style < 0.33:
        family, given = family.lower(), given.lower()
    elif style < 0.40:
        given = f"{given[0]}."
        form.keys = [name.initial_key, name.surname_read_key]
    form.family, form.given = family, given


def _misread(rng: Random, form: NameForm, name: PersonName) -> None:
    """One kanji is taken for another: the name no longer speaks for anybody."""
    length = len(form.family)
    text, place = misread(rng, form.family + (form.given or ""))
    if place is None:
        return
    form.family, form.given, form.is_misread = text[:length], text[length:] or None, True
    form.keys = [name.surname_key] if place >= length else []

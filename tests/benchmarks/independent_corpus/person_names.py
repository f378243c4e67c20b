"""Names of people: how one is written and read, and what of it can speak for a person.

Belongs here: true names and the pool they are drawn from. Must not: write them wrong.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Literal, NamedTuple

from tests.benchmarks.independent_corpus.word_lists import (
    COMMON_SURNAMES,
    GIVEN_NAME_PARTS,
    GIVEN_NAMES,
    RARE_SURNAMES,
    SURNAME_PARTS,
    ForeignName,
    Word,
)
from tests.benchmarks.independent_corpus.writing_systems import latin_name, plain_kanji

GENDERS = "mf"
_WEIGHT_OF_TAIL_GIVEN_NAMES = {"m": 0.14, "f": 0.10}


class NameKey(NamedTuple):
    """What a record shows of its person's name, in a form that two spellings share."""

    form: Literal["written", "read", "initial", "surname", "surname read"]
    text: str

    @property
    def is_weak(self) -> bool:
        """Whether it says too little to speak for a person without a mail or a number."""
        return self.form not in ("written", "read")


@dataclass(eq=False)
class PersonName:
    """The name of a person during a part of their life; two namesakes have two of them.

    Attributes:
        official_family: The surname as the family register has it, perhaps with a variant kanji.
        foreign: Set for people who also write themselves in Latin letters.
    """

    family: str
    given: str
    family_reading: str
    given_reading: str
    official_family: str = ""
    foreign: ForeignName | None = None

    def __post_init__(self) -> None:
        """Without a variant the register has the plain form."""
        self.official_family = self.official_family or self.family

    @cached_property
    def latin(self) -> tuple[str, str]:
        """Family and given name in Latin letters."""
        if self.foreign:
            return self.foreign.family, self.foreign.given
        return latin_name(self.family_reading), latin_name(self.given_reading)

    @cached_property
    def written_key(self) -> NameKey:
        """The full name in plain kanji."""
        return NameKey("written", plain_kanji(self.family + self.given))

    @cached_property
    def read_key(self) -> NameKey:
        """The reading of the full name."""
        return NameKey("read", " ".join(self.latin).lower())

    @cached_property
    def initial_key(self) -> NameKey:
        """Surname and initial."""
        family, given = self.latin
        return NameKey("initial", (family + given[0]).lower())

    @cached_property
    def surname_key(self) -> NameKey:
        """The surname as written."""
        return NameKey(
            "surname", self.latin[0].lower() if self.foreign else plain_kanji(self.family)
        )

    @cached_property
    def surname_read_key(self) -> NameKey:
        """The reading of the surname."""
        return NameKey("surname read", self.latin[0].lower())


class _Choices(NamedTuple):
    """Words with the running total of their weights."""

    words: list[Word]
    cumulated: list[float]

    @classmethod
    def of(cls, weighted: list[tuple[Word, float]]) -> "_Choices":
        words, weights = zip(*weighted, strict=True)
        return cls(list(words), list(accumulate(weights)))

    def draw(self, rng: Random) -> Word:
        return rng.choices(self.words, cum_weights=self.cumulated)[0]


def _plausible_surname_weight(surname: str) -> float:
    """A fixed third of the names made of two parts is rarer than the rest."""
    fingerprint = sum(ord(sign) * place for place, sign in enumerate(surname, start=3))
    return 2.4 if fingerprint % 3 else 0.5


def _joined(first: list[Word], second: list[Word], taken: set[str]) -> list[Word]:
    """Names of two parts that are not taken yet; 川川 is no name."""
    return [
        Word(a.written + b.written, a.reading + b.reading)
        for a in first
        for b in second
        if a.written != b.written and a.written + b.written not in taken
    ]


def _surnames() -> list[tuple[Word, float]]:
    """Surnames with weights that fall with the rank, as in the country, and with a long tail."""
    common = [(word, 1500 / (rank + 8) ** 0.85) for rank, word in enumerate(COMMON_SURNAMES)]
    rare = [(word, 1.6) for word in RARE_SURNAMES]
    taken = {word.written for word in (*COMMON_SURNAMES, *RARE_SURNAMES)}
    tail = _joined(SURNAME_PARTS["", "first"], SURNAME_PARTS["", "second"], taken)
    return [*common, *rare, *((word, _plausible_surname_weight(word.written)) for word in tail)]


def _given_names(gender: str) -> list[tuple[Word, float]]:
    """Given names of a gender by reading; the first reading is the usual one."""
    listed = [name for name in GIVEN_NAMES if name.gender == gender]
    common = [
        (Word(name.written, reading), name.weight * (0.3 if place else 0.75))
        for name in listed
        for place, reading in enumerate(name.readings)
    ]
    parts = GIVEN_NAME_PARTS[gender, "first"], GIVEN_NAME_PARTS[gender, "second"]
    tail = _joined(*parts, {name.written for name in listed})
    return [*common, *((word, _WEIGHT_OF_TAIL_GIVEN_NAMES[gender]) for word in tail)]


def _homophones(names: list[Word]) -> list[tuple[str, list[str]]]:
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name.written not in spellings[name.reading]:
            spellings[name.reading].append(name.written)
    return [(reading, written) for reading, written in spellings.items() if len(written) > 1]


def _sharing_a_kanji(names: list[Word]) -> list[list[Word]]:
    sharing: dict[tuple[int, str], list[Word]] = defaultdict(list)
    for name in names:
        if len(name.written) == 2:
            for place, kanji in enumerate(name.written):
                sharing[place, kanji].append(name)
    return [group for group in sharing.values() if len({name.written for name in group}) > 1]


class NamePool:
    """All names there are.

    Attributes:
        homophones: Gender → readings with their several spellings.
        sharing_a_kanji: Gender → groups of names with one kanji in the same place.
    """

    def __init__(self) -> None:
        self._surnames = _Choices.of(_surnames())
        self._given = {gender: _Choices.of(_given_names(gender)) for gender in GENDERS}
        words = {gender: choices.words for gender, choices in self._given.items()}
        self.homophones = {gender: _homophones(words[gender]) for gender in GENDERS}
        self.sharing_a_kanji = {gender: _sharing_a_kanji(words[gender]) for gender in GENDERS}

    def surname(self, rng: Random) -> Word:
        """A surname, common ones more often."""
        return self._surnames.draw(rng)

    def given(self, rng: Random, gender: str) -> Word:
        """A given name of a gender, common ones more often."""
        return self._given[gender].draw(rng)

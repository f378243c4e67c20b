"""Which words are surnames, which are given names, and how they are read.

Starts from the shipped tables and learns from records that hold both parts apart. What is learnt
is a union over all records, so it does not depend on their order.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from identity.readings import reading_key
from identity.written_forms import fold_variants, read_table

_Readings = dict[str, frozenset[str]]


@cache
def _shipped(table: str, column: str) -> _Readings:
    out: _Readings = {}
    for row in read_table(table):
        keys = (reading_key(reading) for reading in row["readings"].split("|"))
        out[fold_variants(row[column])] = frozenset(key for key in keys if key)
    return out


@dataclass
class NameLexicon:
    """Surnames and given names with the keys of their readings."""

    surnames: _Readings = field(default_factory=lambda: dict(_shipped("surnames", "surname")))
    given_names: _Readings = field(
        default_factory=lambda: dict(_shipped("given_names", "given_name"))
    )
    surname_keys: set[str] = field(default_factory=set)
    given_keys: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.surname_keys.update(*self.surnames.values())
        self.given_keys.update(*self.given_names.values())

    def learn(self, parts: Iterable[tuple[str, str, str | None, str | None]]) -> None:
        """Take in names whose parts came apart, with the keys of their readings if known.

        Args:
            parts: (family, given, family key, given key), families and given names in kanji.
        """
        parts = sorted(parts, key=str)
        shipped_surnames = _shipped("surnames", "surname").keys()
        shipped_given = _shipped("given_names", "given_name").keys() - shipped_surnames
        as_family = Counter(part[0] for part in parts)
        as_given = Counter(part[1] for part in parts)
        for family, given, family_key, given_key in parts:
            # some people fill the two fields the wrong way round: believe the majority
            if as_family[family] > as_given[family] and family not in shipped_given:
                _add(self.surnames, self.surname_keys, family, family_key)
            if as_given[given] > as_family[given] and given not in shipped_surnames:
                _add(self.given_names, self.given_keys, given, given_key)

    def is_surname(self, word: str) -> bool:
        """Whether the word, in kanji or as a reading key, is a known surname."""
        return word in self.surnames or word in self.surname_keys

    def is_given_name(self, word: str) -> bool:
        """Whether the word, in kanji or as a reading key, is a known given name."""
        return word in self.given_names or word in self.given_keys

    def split(self, full: str) -> tuple[str, str] | None:
        """Part an unspaced name (kanji or reading key) into family and given.

        Both parts known beats the surname alone beats the given name alone; among equals the
        surname that is nearest to two characters (the usual length) wins.
        """
        best: tuple[tuple[int, int], tuple[str, str]] | None = None
        for at in range(1, len(full)):
            family, given = full[:at], full[at:]
            known = 2 * self.is_surname(family) + self.is_given_name(given)
            rank = (known, -abs(2 * at - 5) if known else 0)
            if known and (best is None or rank > best[0]):
                best = (rank, (family, given))
        return best[1] if best else None


def _add(readings: _Readings, keys: set[str], word: str, key: str | None) -> None:
    new = frozenset((key,)) if key else frozenset()
    readings[word] = readings.get(word, frozenset()) | new
    keys.update(new)

"""Which words are surnames, which are given names, and how they are read.

Starts from the shipped tables and learns from records that hold both parts apart. What is learnt
is a union over all records, so it does not depend on their order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import duckdb
import pyarrow as pa

from identity.readings import reading_key
from identity.written_forms import fold_variants, read_table

# A name that a record holds apart: its words in kanji and the keys of their readings.
PARTS = ("family", "given", "family_key", "given_key")
Part = tuple[str, str, str | None, str | None]
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

    def learn(self, parts: Iterable[Part]) -> None:
        """Take in names whose parts came apart, with the keys of their readings if known.

        Args:
            parts: (family, given, family key, given key), families and given names in kanji.
        """
        with duckdb.connect(":memory:") as con:
            con.register("parts", part_table(parts))
            create_taught_words(con, "taught_words", "parts")
            self.take_in(con.execute("from taught_words").fetchall())

    def take_in(self, words: Iterable[tuple[str, str, Sequence[str]]]) -> None:
        """Take in rows of `create_taught_words`."""
        for kind, word, keys in words:
            is_surname = kind == "surname"
            readings = self.surnames if is_surname else self.given_names
            readings[word] = readings.get(word, frozenset()) | frozenset(keys)
            (self.surname_keys if is_surname else self.given_keys).update(keys)

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


def part_table(parts: Iterable[Part]) -> pa.Table:
    """Names that came apart, in the columns PARTS."""
    columns = list(zip(*parts, strict=True)) or [()] * len(PARTS)
    return pa.table([pa.array(column, pa.string()) for column in columns], names=list(PARTS))


def create_taught_words(con: duckdb.DuckDBPyConnection, table: str, parts: str) -> None:
    """Create a table (kind, word, keys) of the words that names teach, with their reading keys.

    Some people fill the two fields the wrong way round, so that the majority is believed; what is
    known as the one is not learnt as the other.

    Args:
        con: The database.
        table: The table to create.
        parts: A table with PARTS.
    """
    surnames = _shipped("surnames", "surname").keys()
    given_names = _shipped("given_names", "given_name").keys() - surnames
    barred = [("surname", word) for word in given_names]
    barred += [("given_name", word) for word in surnames]
    kinds, words = zip(*sorted(barred), strict=True)
    con.register("barred", pa.table({"kind": kinds, "word": words}))
    con.execute(f"""
        create or replace table {table} as
        with names as (select distinct {", ".join(PARTS)} from {parts}),
        uses as (
            select 'surname' as kind, family as word, family_key as key from names
            union all select 'given_name', given, given_key from names
        ),
        counted as (
            select kind, word, count(*) as times, list_sort(list_distinct(list(key))) as keys
            from uses group by kind, word
        )
        select counted.kind, counted.word, counted.keys
        from counted
        left join counted as other
            on counted.word = other.word and counted.kind <> other.kind
        left join barred on counted.word = barred.word and counted.kind = barred.kind
        where barred.word is null and counted.times > coalesce(other.times, 0)
    """)
    con.unregister("barred")

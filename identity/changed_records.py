"""Normalises the records that are new or changed, and takes the others over from an earlier run.

A record is normalised by its own values, the code, the agreement's lists, and the names that all
records teach (`name_lexicon`). So a row is taken over when its values, code and lists are as they
were and no word that was looked up for it has come to mean something else. Not here: how a record
is normalised (`normalised_records`).
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any
from zlib import crc32

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.disjoint_sets import Numbers
from identity.earlier_run import code_fingerprint, merge_rows
from identity.key_lookup import NOBODY, positions
from identity.name_lexicon import PARTS, NameLexicon, create_taught_words, part_table
from identity.names import clean_parts
from identity.normalised_records import (
    COMPANY_INPUTS,
    COMPANY_SCHEMA,
    PERSON_INPUTS,
    PERSON_SCHEMA,
    Row,
    normalise_companies,
    normalise_person,
    raw_name,
    rows_of,
    stated_parts,
    table_of,
)
from identity.reference_lists import ReferenceLists
from identity.side_by_side import map_slices

_TAUGHT = pa.struct([(name, pa.string()) for name in PARTS])
# What a later run needs to know of a row, beside the row itself.
_REUSE_FIELDS = [
    pa.field("input_hash", pa.uint64()),
    pa.field("looked_up", pa.list_(pa.uint32())),
    pa.field("taught", _TAUGHT),
]
REUSABLE_SCHEMA = pa.schema([*PERSON_SCHEMA, *_REUSE_FIELDS])
REUSABLE_COMPANY_SCHEMA = pa.schema([*COMPANY_SCHEMA, pa.field("input_hash", pa.uint64())])


class _WatchedReadings(dict[str, frozenset[str]]):
    """Readings by word that note which words were asked for."""

    def __init__(self, readings: dict[str, frozenset[str]], asked: set[str]) -> None:
        super().__init__(readings)
        self._asked = asked

    def get(self, word: str, default: Any = None) -> Any:
        self._asked.add(word)
        return super().get(word, default)

    def __getitem__(self, word: str) -> frozenset[str]:
        self._asked.add(word)
        return super().__getitem__(word)

    def __contains__(self, word: object) -> bool:
        self._asked.add(str(word))
        return super().__contains__(word)


class _WatchedKeys(set[str]):
    """Reading keys that note which keys were asked for."""

    def __init__(self, keys: set[str], asked: set[str]) -> None:
        super().__init__(keys)
        self._asked = asked

    def __contains__(self, key: object) -> bool:
        self._asked.add(str(key))
        return super().__contains__(key)


def normalise_changed(
    persons: pa.Table, lists: ReferenceLists, previous: pa.Table | None = None
) -> pa.Table:
    """The comparable columns of every person record, worked out anew only where they may differ.

    Args:
        persons: Person-like records of all sources.
        lists: The agreement's lists.
        previous: What this function returned for earlier records.

    Returns:
        Rows of `REUSABLE_SCHEMA`, sorted by record_key: the same with and without `previous`.
    """
    before = previous if previous is not None else REUSABLE_SCHEMA.empty_table()
    before = before.select(REUSABLE_SCHEMA.names)
    records = _with_hashes(persons, PERSON_INPUTS, lists)
    places = _places(before, records)
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        fresh = _others(records, places)
        lexicon, marks = _learn(con, before["taught"], places != NOBODY, fresh)
        # a word that was looked up means something else now
        places[_looked_up(before["looked_up"], marks)] = NOBODY
    fresh = _others(records, places)
    # in the order of their keys, so that the same records give the same bytes
    fresh = fresh.take(pc.sort_indices(fresh["record_key"]))
    redone = map_slices(_normalise_slice, fresh, (lexicon, lists))
    return merge_rows(before, places != NOBODY, redone, "record_key")


def normalise_changed_companies(
    companies: pa.Table, lists: ReferenceLists, previous: pa.Table | None = None
) -> pa.Table:
    """The comparable columns of every company record, worked out anew only where they may differ.

    Args:
        companies: Company records of all sources.
        lists: The agreement's lists.
        previous: What this function returned for earlier records.

    Returns:
        Rows of `REUSABLE_COMPANY_SCHEMA`, sorted by record_key: the same with and without
        `previous`.
    """
    before = previous if previous is not None else REUSABLE_COMPANY_SCHEMA.empty_table()
    before = before.select(REUSABLE_COMPANY_SCHEMA.names)
    records = _with_hashes(companies, COMPANY_INPUTS, lists)
    places = _places(before, records)
    fresh = _others(records, places)
    fresh = fresh.take(pc.sort_indices(fresh["record_key"]))
    redone = normalise_companies(fresh, lists).append_column("input_hash", fresh["input_hash"])
    return merge_rows(before, places != NOBODY, redone, "record_key")


def _with_hashes(records: pa.Table, inputs: Sequence[str], lists: ReferenceLists) -> pa.Table:
    """What is looked at of each record, with the hash of it, of the code and of the lists."""
    looked_at = records.select([name for name in inputs if name in records.column_names])
    fingerprint = code_fingerprint() + _fingerprint_of_lists(lists)
    with duckdb.connect(":memory:") as con:
        con.register("records", looked_at)
        hashes = con.sql(
            f"select hash($fingerprint, {', '.join(looked_at.column_names)}) as input_hash"
            " from records",
            params={"fingerprint": fingerprint},
        ).to_arrow_table()
    return looked_at.append_column("input_hash", hashes["input_hash"])


def _places(before: pa.Table, records: pa.Table) -> Numbers:
    """Which of today's records each earlier row is of; NOBODY if it changed or is gone."""
    at = positions(before["record_key"], records["record_key"])
    there = np.flatnonzero(at != NOBODY)
    today = np.asarray(records["input_hash"]).astype(np.uint64)[at[there]]
    earlier = np.asarray(before["input_hash"]).astype(np.uint64)[there]
    places = np.full(len(at), NOBODY, dtype=np.int64)
    places[there] = np.where(today == earlier, at[there], NOBODY)
    return places


def _others(records: pa.Table, places: Numbers) -> pa.Table:
    """The records that no earlier row is of."""
    is_other = np.ones(records.num_rows, dtype=np.bool_)
    is_other[places[places != NOBODY]] = False
    return records.filter(pa.array(is_other))


def _looked_up(lists: pa.ChunkedArray, marks: pa.Array) -> NDArray[np.bool_]:
    """Which rows hold one of the marks."""
    flat = lists.combine_chunks()
    hit = pc.list_parent_indices(flat).filter(pc.is_in(pc.list_flatten(flat), value_set=marks))
    found = np.zeros(len(lists), dtype=np.bool_)
    found[np.asarray(hit)] = True
    return found


def _fingerprint_of_lists(lists: ReferenceLists) -> str:
    held = [sorted(getattr(lists, field.name)) for field in fields(lists)]
    return hashlib.sha256(repr(held).encode()).hexdigest()


def _learn(
    con: duckdb.DuckDBPyConnection,
    taught: pa.ChunkedArray,
    known: NDArray[np.bool_],
    fresh: pa.Table,
) -> tuple[NameLexicon, pa.Array]:
    """The names that today's records teach, and the marks of words that they change.

    Args:
        con: An empty database.
        taught: What earlier records taught.
        known: Which of these are as they were.
        fresh: The other records of today.
    """
    con.register("before", _parts(taught))
    con.register("still", _parts(taught.filter(pa.array(known))))
    con.register("added", part_table(stated_parts(fresh)))
    con.execute("create view now as from still union all from added")
    create_taught_words(con, "words_before", "before")
    create_taught_words(con, "words_now", "now")
    words = con.execute("""
        with changed as (
            (from words_before except from words_now)
            union all (from words_now except from words_before)
        )
        select word from changed union select unnest(keys) from changed
    """).fetchall()
    lexicon = NameLexicon()
    lexicon.take_in(con.execute("from words_now").fetchall())
    marks = sorted({crc32(word.encode()) for (word,) in words})
    return lexicon, pa.array(marks, pa.uint32())


def _parts(taught: pa.ChunkedArray) -> pa.Table:
    """The names that are taught, in columns."""
    names = taught.drop_null().combine_chunks()
    return pa.table([pc.struct_field(names, name) for name in PARTS], names=list(PARTS))


def _normalise_slice(fresh: pa.Table, shared: tuple[NameLexicon, ReferenceLists]) -> pa.Table:
    lexicon, lists = shared
    asked: set[str] = set()
    watched = NameLexicon(
        _WatchedReadings(lexicon.surnames, asked),
        _WatchedReadings(lexicon.given_names, asked),
        _WatchedKeys(lexicon.surname_keys, asked),
        _WatchedKeys(lexicon.given_keys, asked),
    )

    def normalised() -> Iterator[Row]:
        for row in rows_of(fresh):
            asked.clear()
            columns = normalise_person(row, watched, lists)
            parts = clean_parts(raw_name(row))
            yield columns | {
                "input_hash": row["input_hash"],
                "looked_up": sorted({crc32(word.encode()) for word in asked}),
                "taught": dict(zip(PARTS, parts, strict=True)) if parts else None,
            }

    return table_of(normalised(), REUSABLE_SCHEMA)

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
import pyarrow as pa

from identity.earlier_run import code_fingerprint
from identity.name_lexicon import PARTS, NameLexicon, create_taught_words
from identity.names import clean_parts
from identity.normalised_records import (
    COMPANY_INPUTS,
    COMPANY_SCHEMA,
    NAME_COLUMNS,
    PERSON_INPUTS,
    PERSON_SCHEMA,
    Row,
    normalise_companies,
    normalise_person,
    raw_name,
    rows_of,
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
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        _hash_inputs(con, persons, PERSON_INPUTS, lists)
        known = previous if previous is not None else REUSABLE_SCHEMA.empty_table()
        con.register("previous", known.select(REUSABLE_SCHEMA.names))
        con.execute("""
            create table known as
            select record_key, looked_up, taught
            from previous semi join hashed using (record_key, input_hash);
            create table fresh as select * from hashed anti join known using (record_key);
            create table before as select unnest(taught) from previous where taught is not null;
            create table now as select unnest(taught) from known where taught is not null;
        """)
        lexicon = _learn(con)
        redone = _normalise(con, lexicon, lists)
        con.register("redone", redone)
        return (
            con.sql("""
            select * from previous semi join known using (record_key)
            union all by name from redone
            order by record_key
        """)
            .to_arrow_table()
            .cast(REUSABLE_SCHEMA)
        )


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
    with duckdb.connect(":memory:") as con:
        con.execute("set preserve_insertion_order = false")
        _hash_inputs(con, companies, COMPANY_INPUTS, lists)
        known = previous if previous is not None else REUSABLE_COMPANY_SCHEMA.empty_table()
        con.register("previous", known.select(REUSABLE_COMPANY_SCHEMA.names))
        fresh = con.sql("""
            from hashed anti join previous using (record_key, input_hash) order by record_key
        """).to_arrow_table()
        redone = normalise_companies(fresh, lists)
        con.register("redone", redone.append_column("input_hash", fresh["input_hash"]))
        return (
            con.sql("""
            from previous semi join hashed using (record_key, input_hash)
            union all by name from redone
            order by record_key
        """)
            .to_arrow_table()
            .cast(REUSABLE_COMPANY_SCHEMA)
        )


def _hash_inputs(
    con: duckdb.DuckDBPyConnection,
    records: pa.Table,
    inputs: Sequence[str],
    lists: ReferenceLists,
) -> None:
    """Create `hashed`: what is looked at of each record, with the hash of it, code and lists."""
    columns = [name for name in inputs if name in records.column_names]
    con.register("records", records.select(columns))
    fingerprint = code_fingerprint() + _fingerprint_of_lists(lists)
    con.execute(
        f"create table hashed as select *, hash(?, {', '.join(columns)}) as input_hash"
        " from records",
        [fingerprint],
    )


def _fingerprint_of_lists(lists: ReferenceLists) -> str:
    held = [sorted(getattr(lists, field.name)) for field in fields(lists)]
    return hashlib.sha256(repr(held).encode()).hexdigest()


def _learn(con: duckdb.DuckDBPyConnection) -> NameLexicon:
    """The names that today's records teach; moves from `known` to `fresh` whom they concern."""
    _teach(con)
    create_taught_words(con, "words_before", "before")
    create_taught_words(con, "words_now", "now")
    con.execute("""
        create table changed_words as
        with changed as (
            (from words_before except from words_now)
            union all (from words_now except from words_before)
        )
        select word from changed union select unnest(keys) from changed
    """)
    words = con.execute("select word from changed_words").fetchall()
    marks = pa.array(sorted({crc32(word.encode()) for (word,) in words}), pa.uint32())
    con.register("changed_marks", pa.table({"mark": marks}))
    con.execute("""
        create table concerned as
        select record_key from known
        where list_has_any(looked_up, (select coalesce(list(mark), []) from changed_marks));
        insert into fresh from hashed semi join concerned using (record_key);
        delete from known where record_key in (from concerned);
    """)
    lexicon = NameLexicon()
    lexicon.take_in(con.execute("from words_now").fetchall())
    return lexicon


def _teach(con: duckdb.DuckDBPyConnection) -> None:
    """Add to `now` what the records of `fresh` teach."""
    held = {name for (name, *_) in con.execute("describe fresh").fetchall()}
    columns = ", ".join(name for name in NAME_COLUMNS if name in held)
    names = con.sql(f"select distinct {columns} from fresh").to_arrow_table()
    taught = {parts for row in rows_of(names) if (parts := clean_parts(raw_name(row)))}
    ordered = sorted(taught, key=str)
    arrays = [pa.array([parts[at] for parts in ordered], pa.string()) for at in range(len(PARTS))]
    con.register("taught_now", pa.table(arrays, names=list(PARTS)))
    con.execute("insert into now from taught_now")


def _normalise(
    con: duckdb.DuckDBPyConnection, lexicon: NameLexicon, lists: ReferenceLists
) -> pa.Table:
    # in the order of their keys, so that the same records give the same bytes
    fresh = con.sql("from fresh order by record_key").to_arrow_table()
    return map_slices(_normalise_slice, fresh, (lexicon, lists))


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

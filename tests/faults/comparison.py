"""Compares what raw holds of a source with what its vendor holds, record by record, cell by cell.

Belongs here: the comparison itself, which knows neither a vendor nor the code that loads. What a
vendor holds is told by the modules of ``holdings``, from the sandbox's stored records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

Key = tuple[Any, ...]
Cells = Mapping[str, Any]
_OURS = {"_loaded_at"}
_SHOWN = 12


@dataclass(frozen=True)
class Json:
    """A structure that raw holds as JSON text, however that is spelt."""

    value: Any


@dataclass(frozen=True)
class Maybe:
    """A value that a vendor tells for a while only: raw holds it, or nothing."""

    value: Any


@dataclass(frozen=True)
class Departed:
    """A record that its vendor no longer lists.

    Attributes:
        versions: every form in which the vendor ever held it.
        flags: columns by which raw must say that it is gone; empty where the vendor tells nothing.
        was_loaded: whether raw held it before it went, so that it must still be there.
        open: columns that tell of it in time, and need not yet.
    """

    versions: tuple[Cells, ...]
    flags: Cells = field(default_factory=dict)
    was_loaded: bool = True
    open: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rejected:
    """A record that cannot be loaded: who it is, which column is at fault, what raw may hold."""

    source_id: str
    column: str
    versions: tuple[Cells, ...] = ()


@dataclass
class Holding:
    """What a vendor holds of one resource, in the columns and types of raw.

    Attributes:
        resource: the raw table.
        key: its key columns.
        rows: every record; a column that a record leaves out must be null in raw.
        unseen: columns that the vendor does not show now, so that nobody can tell.
        optional: columns that need not be landed; where raw has them, they are compared.
    """

    resource: str
    key: tuple[str, ...]
    rows: list[Cells]
    departed: Mapping[Key, Departed] = field(default_factory=dict)
    rejected: Mapping[Key, Rejected] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


def differences(warehouse: Path, source: str, holdings: Iterable[Holding]) -> list[str]:
    """Return one sentence per difference between raw and the vendor; none when they are equal."""
    found: list[str] = []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        for holding in holdings:
            name = f"raw_{source}.{holding.resource}"
            found += [f"{name} {what}" for what in _of_table(con, source, holding)]
            found += [f"{name} {what}" for what in _of_rejects(con, source, holding)]
    return found


def told(found: list[str]) -> str:
    """Return differences as the message of a failed test."""
    more = [f"… and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "\n".join([*found[:_SHOWN], *more])


def raw_rows(con: duckdb.DuckDBPyConnection, source: str, resource: str) -> list[dict[str, Any]]:
    """Return all rows of a raw table, without the columns that are ours."""
    answer = con.execute(f'SELECT * FROM "raw_{source}"."{resource}"')
    names = [one[0] for one in answer.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return [{name: row[name] for name in names if name not in _OURS} for row in rows]


def _of_table(con: duckdb.DuckDBPyConnection, source: str, holding: Holding) -> Iterator[str]:
    ours: dict[Key, dict[str, Any]] = {}
    for row in raw_rows(con, source, holding.resource):
        key = _key(row, holding)
        if key in ours:
            yield f"{_named(key)} is there twice"
        ours[key] = row
    theirs = {_key(row, holding): row for row in holding.rows}
    if len(theirs) != len(holding.rows):
        yield "is compared with records that share a key, which is a mistake of the test"
    for key, row in theirs.items():
        if key not in ours:
            yield f"{_named(key)} is missing"
        else:
            yield from _of_row(key, ours[key], row, holding)
    for key in ours.keys() - theirs.keys():
        yield from _of_ghost(key, ours[key], holding)
    for key, one in holding.departed.items():
        if one.was_loaded and key not in ours:
            yield f"{_named(key)} was there, left its vendor and is lost"


def _of_row(key: Key, ours: Cells, theirs: Cells, holding: Holding) -> Iterator[str]:
    for column in dict.fromkeys([*ours, *theirs]):
        if column in holding.unseen or (column in holding.optional and column not in ours):
            continue
        seen, wanted = ours.get(column), theirs.get(column)
        if not is_same(seen, wanted):
            yield f"{_named(key)} {column} is {seen!r}, the vendor holds {wanted!r}"


def _of_ghost(key: Key, ours: Cells, holding: Holding) -> Iterator[str]:
    gone, bad = holding.departed.get(key), holding.rejected.get(key)
    if bad is not None:
        if not any(_equal(ours, one, _aside(holding, ours)) for one in bad.versions):
            yield f"{_named(key)} cannot be loaded, yet raw holds a form of it that never was"
        return
    if gone is None:
        yield f"{_named(key)} is a ghost: its vendor does not hold it"
        return
    for column, wanted in gone.flags.items():
        if not is_same(ours.get(column), wanted):
            yield f"{_named(key)} left its vendor, but {column} is {ours.get(column)!r}"
    without = _aside(holding, ours) | gone.flags.keys() | gone.open
    if not any(_equal(ours, one, without) for one in gone.versions):
        yield f"{_named(key)} left its vendor and is kept in a form that never was"


def _of_rejects(con: duckdb.DuckDBPyConnection, source: str, holding: Holding) -> Iterator[str]:
    rows = con.execute(
        "SELECT source_id, column_name, reason FROM raw_landing.rejected_row"
        " WHERE source = ? AND resource = ?",
        [source, holding.resource],
    ).fetchall()
    seen = {source_id: (column, reason) for source_id, column, reason in rows}
    wanted = {one.source_id: one.column for one in holding.rejected.values()}
    for source_id in seen.keys() - wanted.keys():
        yield f"rejects {source_id} without need: {seen[source_id]}"
    for source_id, column in wanted.items():
        if source_id not in seen:
            yield f"does not tell that {source_id} was rejected"
        elif seen[source_id][0] != column or not seen[source_id][1]:
            yield f"rejects {source_id} by {seen[source_id]}, at fault is {column}"


def is_same(seen: Any, wanted: Any) -> bool:
    """Whether a cell is what the vendor holds, type included."""
    if isinstance(wanted, Maybe):
        return seen is None or is_same(seen, wanted.value)
    if isinstance(wanted, Json):
        return isinstance(seen, str) and _is_same_json(json.loads(seen), wanted.value)
    return type(seen) is type(wanted) and seen == wanted


def _is_same_json(seen: Any, wanted: Any) -> bool:
    # through text, so that true is not 1 and 1 is not 1.0
    return json.dumps(seen, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def _equal(ours: Cells, theirs: Cells, without: Iterable[str]) -> bool:
    columns = {*ours, *theirs} - set(without)
    return all(is_same(ours.get(column), theirs.get(column)) for column in columns)


def _aside(holding: Holding, ours: Cells) -> frozenset[str]:
    return holding.unseen | (holding.optional - ours.keys())


def _key(row: Cells, holding: Holding) -> Key:
    return tuple(row.get(column) for column in holding.key)


def _named(key: Key) -> str:
    return ":".join(map(str, key))

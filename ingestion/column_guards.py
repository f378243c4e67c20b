"""Sorting out what cannot be loaded, for rows that came as columns.

Whole columns are cast at once, and looked at value by value only where that fails, so that a
load in bulk costs no Python per row. Not here: the reasons themselves (``ingestion.guards``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts import ARROW_TYPES, Kind
from ingestion.guards import Rejection, Row, check_length, guarded_values, reason_for, rejection

Columns = Mapping[str, pa.Array | list[Any]]


def sort_out_columns(
    given: Columns, columns: Mapping[str, Kind], key: Sequence[str]
) -> tuple[pa.Table, list[Rejection]]:
    """Do the same as ``sort_out`` for rows that came as columns of one length.

    Args:
        given: Arrow arrays of the kind's type, or of text (also undecoded) of which the value is
            read as Arrow reads it; or lists of values as ``sort_out`` takes them. Columns that
            are not given are null.
        columns: the columns of the table, in order.
        key: columns that must hold a value.
    """
    count = len(next(iter(given.values()), ()))
    bad: dict[int, tuple[str, str]] = {}
    arrays: dict[str, pa.Array] = {}
    for name, kind in columns.items():
        values = given.get(name)
        if values is None:
            arrays[name] = pa.nulls(count, ARROW_TYPES[kind])
            continue
        is_list = isinstance(values, list)
        arrays[name], faults = (
            guarded_values(values, kind) if is_list else _whole_column(values, kind)
        )
        for at, reason in faults.items():
            bad.setdefault(at, (name, reason))
        if name in key:
            for at in _where_missing(arrays[name]):
                bad.setdefault(at, (name, "the key is missing"))
    table = pa.table(arrays)
    if not bad:
        return table, []
    table = table.filter(pa.array([at not in bad for at in range(count)], pa.bool_()))
    return table, [rejection(_row_at(given, at), key, *bad[at]) for at in sorted(bad)]


def _whole_column(array: pa.Array, kind: Kind) -> tuple[pa.Array, dict[int, str]]:
    """Cast a column at once, and value by value only when that fails."""
    try:
        return _cast(array, kind), {}
    except (pa.ArrowException, ValueError):
        pass
    good: list[Any] = []
    faults: dict[int, str] = {}
    for at in range(len(array)):
        try:
            good.append(_cast(array.slice(at, 1), kind)[0].as_py())
        except (pa.ArrowException, ValueError):
            good.append(None)
            faults[at] = _reason_of(array[at].as_py(), kind)
    return pa.array(good, ARROW_TYPES[kind]), faults


def _cast(array: pa.Array, kind: Kind) -> pa.Array:
    if pa.types.is_binary(array.type):
        array = array.cast(pa.string())
    if kind is Kind.TEXT:
        check_length(array)
    elif kind is Kind.INTEGER and pa.types.is_string(array.type):
        return _integers(array)
    array = array.cast(ARROW_TYPES[kind])
    if kind is Kind.NUMBER and not pc.all(pc.is_finite(array), min_count=0).as_py():
        raise ValueError("not a finite number")
    return array


def _integers(array: pa.Array) -> pa.Array:
    wanted = ARROW_TYPES[Kind.INTEGER]
    try:
        return array.cast(wanted)
    except pa.ArrowException:
        # a whole number may be written as 1.21E7
        return array.cast(pa.float64()).cast(wanted)


def _reason_of(value: Any, kind: Kind) -> str:
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeError as error:
            return reason_for(value, kind, error)
    return reason_for(value, kind, ValueError())


def _row_at(given: Columns, at: int) -> Row:
    return {name: _plain(values[at]) for name, values in given.items()}


def _plain(value: Any) -> Any:
    value = value.as_py() if isinstance(value, pa.Scalar) else value
    return value.decode(errors="surrogateescape") if isinstance(value, bytes) else value


def _where_missing(array: pa.Array) -> list[int]:
    missing = pc.is_null(array)
    if pa.types.is_string(array.type):
        missing = pc.or_(missing, pc.fill_null(pc.equal(array, ""), False))
    found: list[int] = pc.indices_nonzero(missing).to_pylist()
    return found

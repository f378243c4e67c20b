"""Sorting out what cannot be loaded, so that one bad row stops only itself.

dlt's own contracts fail a whole load at the first value of a wrong type, and Arrow refuses a
whole batch for half a surrogate; so rows become Arrow here, and those that cannot come back as
rejections with their reason. Not here: rows that come as columns (``ingestion.column_guards``),
where rejections are kept (``ingestion.reports``).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.config import MAX_TEXT_CHARS
from ingestion.contracts import ARROW_TYPES, Kind

_ROW_JSON_CHARS = 4_000
_WANTED = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a whole number",
    Kind.FLAG: "true or false",
    Kind.DATE: "a date (YYYY-MM-DD)",
    Kind.INSTANT: "an instant with its zone",
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rejection:
    """One row that could not be loaded, and why."""

    source_id: str
    column: str
    reason: str
    row_json: str


def sort_out(
    rows: Sequence[Row], columns: Mapping[str, Kind], key: Sequence[str]
) -> tuple[pa.Table, list[Rejection]]:
    """Turn rows into an Arrow table and the rejections of those that do not fit.

    Args:
        rows: column name to value, as the vendor sent it; absent means null.
        columns: the columns of the table, in order.
        key: columns that must hold a value.

    Returns:
        The table of good rows in their order, and the bad rows.
    """
    bad: dict[int, tuple[str, str]] = {}
    arrays: dict[str, pa.Array] = {}
    for name, kind in columns.items():
        values = [row.get(name) for row in rows]
        arrays[name], faults = guarded_values(values, kind)
        for at, reason in faults.items():
            bad.setdefault(at, (name, reason))
        if name in key:
            for at, value in enumerate(values):
                if value is None or value == "":
                    bad[at] = (name, "the key is missing")
    table = pa.table(arrays)
    if bad:
        good = [at for at in range(len(rows)) if at not in bad]
        table = table.take(pa.array(good, pa.int64()))
    return table, [rejection(rows[at], key, *bad[at]) for at in sorted(bad)]


def rejection(row: Row, key: Sequence[str], column: str, reason: str) -> Rejection:
    """Return the rejection of a row, by its key or by a fingerprint where the key is missing.

    Args:
        row: column name to value.
        key: columns that tell people which record it is.
        column: the column at fault; empty when it is the row as a whole.
        reason: what is wrong, without any value.
    """
    # ASCII escapes keep half surrogates and NULs storable
    text = json.dumps(dict(row), ensure_ascii=True, default=str, sort_keys=True)
    parts = [row.get(name) for name in key]
    if any(part is None or part == "" for part in parts):
        source_id = "no-key-" + hashlib.sha256(text.encode()).hexdigest()[:12]
    else:
        source_id = ":".join(_storable(str(part)) for part in parts)
    return Rejection(source_id, column, reason, text[:_ROW_JSON_CHARS])


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:255]


def guarded_values(values: list[Any], kind: Kind) -> tuple[pa.Array, dict[int, str]]:
    """Convert a column at once, and value by value only when that fails.

    Returns:
        The column with null where a value does not fit, and position → reason of those.
    """
    try:
        return _checked(values, kind), {}
    except (pa.ArrowException, UnicodeError, ValueError, TypeError, OverflowError):
        pass
    good: list[Any] = []
    faults: dict[int, str] = {}
    for at, value in enumerate(values):
        try:
            _checked([value], kind)
            good.append(value)
        except (pa.ArrowException, UnicodeError, ValueError, TypeError, OverflowError) as error:
            faults[at] = reason_for(value, kind, error)
            good.append(None)
    return _checked(good, kind), faults


def _checked(values: list[Any], kind: Kind) -> pa.Array:
    if kind is Kind.TEXT:
        return _texts(values)
    if kind in (Kind.DATE, Kind.INSTANT):
        return _times(values, kind)
    if kind is not Kind.FLAG and any(type(value) is bool for value in values):
        raise TypeError("a flag is no number")
    if kind is Kind.INTEGER and any(type(one) is float and one % 1 for one in values):
        raise ValueError("a fraction")
    if kind is Kind.NUMBER:
        values = [float(value) if type(value) is int else value for value in values]
    array = pa.array(values, ARROW_TYPES[kind])
    if kind is Kind.NUMBER and any(
        isinstance(value, float) and not math.isfinite(value) for value in values
    ):
        raise ValueError("not a finite number")
    return array


def _texts(values: list[Any]) -> pa.Array:
    if any(type(value) is bytes for value in values):
        raise TypeError("bytes are no text")
    array = pa.array(values, pa.string())
    check_length(array)
    return array


def check_length(array: pa.Array) -> None:
    """Refuse a column of text with a value that is too long.

    Raises:
        ValueError: there is one.
    """
    # bytes are counted without looking at the text, and there are at least as many as characters
    longest = pc.max(pc.binary_length(array)).as_py()
    if longest is None or longest <= MAX_TEXT_CHARS:
        return
    if pc.max(pc.utf8_length(array)).as_py() > MAX_TEXT_CHARS:
        raise ValueError("too long")


def _times(values: list[Any], kind: Kind) -> pa.Array:
    wanted = datetime if kind is Kind.INSTANT else date
    if any(value is not None and not isinstance(value, str) for value in values):
        if any(value is not None and type(value) is not wanted for value in values):
            raise TypeError("a mixture")
        if kind is Kind.INSTANT and any(value and value.tzinfo is None for value in values):
            raise ValueError("no zone")
        return pa.array(values, ARROW_TYPES[kind])
    # a blank date or instant means none, whichever vendor writes it so
    return pa.array([value or None for value in values], pa.string()).cast(ARROW_TYPES[kind])


def reason_for(value: Any, kind: Kind, error: Exception) -> str:
    """Return why a value does not fit its column, without the value."""
    if isinstance(error, UnicodeError):
        return "holds half a surrogate pair, which no text encoding can store"
    if isinstance(value, str) and len(value) > MAX_TEXT_CHARS:
        return f"is longer than {MAX_TEXT_CHARS} characters"
    return f"is {_described(value)} where {_WANTED[kind]} belongs"


def _described(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number" if math.isfinite(value) else "not a finite number"
    names: dict[type, str] = {str: "text", dict: "a structure", list: "a list", bytes: "bytes"}
    found = (name for kind, name in names.items() if isinstance(value, kind))
    return next(found, f"a {type(value).__name__}")

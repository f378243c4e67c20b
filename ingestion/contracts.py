"""What a raw table looks like: the words in which every source declares its tables.

Here belong the column kinds, the table contract and its spelling in DuckDB and Arrow.
Not here: the tables themselves (``ingestion/sources/<source>/contract.py``), reading or writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa

LOADED_AT = "_loaded_at"


class Kind(StrEnum):
    """The six kinds of value that a raw column may hold."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"
    INSTANT = "instant"


DUCKDB_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: "DOUBLE",
    Kind.INTEGER: "BIGINT",
    Kind.FLAG: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMP WITH TIME ZONE",
}

ARROW_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.FLAG: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True)
class TableContract:
    """One raw table: its key, the column that tells newer from older, and its columns.

    ``columns`` are the ones the models rely on; they exist even when the vendor lacks the field.
    A source may land more than these, never less.
    """

    resource: str
    key: tuple[str, ...]
    columns: Mapping[str, Kind] = field(default_factory=dict)
    newest: str | None = None


def table(
    resource: str, *, key: str = "id", newest: str | None = None, **columns: str | Iterable[str]
) -> TableContract:
    """Declare a raw table with its columns grouped by kind.

    Args:
        resource: table name.
        key: key columns, separated by blanks.
        newest: instant column that orders versions of one row, if the vendor has one.
        **columns: kind name to the column names of that kind, separated by blanks.

    Returns:
        The contract; key columns that no kind names are text.
    """
    keys = tuple(key.split())
    named: dict[str, Kind] = dict.fromkeys(keys, Kind.TEXT)
    for kind, names in columns.items():
        listed = names.split() if isinstance(names, str) else list(names)
        named.update(dict.fromkeys(listed, Kind(kind)))
    return TableContract(resource=resource, key=keys, columns=named, newest=newest)

"""What an earlier run left in the warehouse, if it can be used at all.

A run gives the same without it, only later: deleting the warehouse changes nothing. Not here: which
rows are taken over (`changed_records`, `person_matching`).
"""

import hashlib
from functools import cache
from importlib import resources
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.side_by_side import take_rows


@cache
def code_fingerprint() -> str:
    """Changes with any file of this package (weights among them) and with the engine, so that no
    code reads another's rows."""
    package = resources.files("identity")
    digest = hashlib.sha256(duckdb.__version__.encode())
    for folder in (package, package / "data", package / "weights"):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith((".py", ".csv", ".json")):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def read_earlier(session: Any, relation: Any, schema: pa.Schema) -> pa.Table | None:
    """The table that a model left, or None if there is none or it lacks a column.

    Args:
        session: The connection that a dbt Python model is given.
        relation: The model's own relation (`dbt.this`).
        schema: The columns that are needed.
    """
    found = session.execute(
        "select column_name from duckdb_columns()"
        " where database_name = ? and schema_name = ? and table_name = ?",
        [relation.database, relation.schema, relation.identifier],
    ).fetchall()
    if not set(schema.names) <= {name for (name,) in found}:
        return None
    columns = ", ".join(f'"{name}"' for name in schema.names)
    return session.sql(f"select {columns} from {relation!r}").to_arrow_table().cast(schema)


def merge_rows(
    previous: pa.Table, kept: NDArray[np.bool_], fresh: pa.Table, *keys: str
) -> pa.Table:
    """The rows that are taken over and those that were worked out, in order of some columns.

    Only the columns are sorted by which the order goes, and sorted parts are but merged.

    Args:
        previous: What an earlier run left.
        kept: Which of its rows are taken over.
        fresh: What was worked out, with the same columns.
        keys: The columns of the order.
    """
    if not kept.any():
        return fresh
    added = np.arange(previous.num_rows, previous.num_rows + fresh.num_rows)
    narrow = pa.concat_tables([previous.select(keys).filter(pa.array(kept)), fresh.select(keys)])
    order = pc.sort_indices(narrow, sort_keys=[(key, "ascending") for key in keys])
    chosen = np.concatenate([np.flatnonzero(kept), added])
    return take_stacked(previous, fresh, chosen[np.asarray(order)])


def take_stacked(previous: pa.Table, fresh: pa.Table, order: NDArray[np.int64]) -> pa.Table:
    """Rows of two tables one below the other, by their places, each copied once."""
    added = fresh.select(previous.column_names).cast(previous.schema)
    return take_rows(pa.concat_tables([previous, added]), order)

"""Where keys stand in a column of keys: over a million times a million of them, hundreds of times.

Not here: what is looked up.
"""

from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.disjoint_sets import Numbers

NOBODY = -1
Keys: TypeAlias = pa.ChunkedArray | pa.Array
# A hash table over fewer keys stays in the processor's cache and beats sorting.
_WORTH_SORTING = 200_000


def positions(keys: Keys, among: Keys) -> Numbers:
    """The row of each key in a column that holds a key once; NOBODY for unknown and null ones."""
    if not len(keys) or not len(among):
        return np.full(len(keys), NOBODY, dtype=np.int64)
    if len(among) >= _WORTH_SORTING <= len(keys):
        found = _by_hashes(keys, among)
        known = found != NOBODY
        # two keys of one hash: some in a hundred million columns
        if pc.all(pc.equal(_array(keys).filter(pa.array(known)), among.take(found[known]))).as_py():
            return found
    looked_up = pc.fill_null(pc.index_in(keys, value_set=among), NOBODY)
    return np.asarray(looked_up).astype(np.int64)


def _by_hashes(keys: Keys, among: Keys) -> Numbers:
    """Sorted against sorted, which reads memory in its order."""
    sought, held = _hashes(keys), _hashes(among)
    order, by_sought = np.argsort(held), np.argsort(sought)
    held = held[order]
    at = np.empty(len(sought), dtype=np.int64)
    at[by_sought] = np.minimum(np.searchsorted(held, sought[by_sought]), len(held) - 1)
    is_known = (held[at] == sought) & np.asarray(pc.is_valid(keys))
    return np.where(is_known, order[at], NOBODY)


def _hashes(keys: Keys) -> NDArray[np.uint64]:
    with duckdb.connect(":memory:") as con:
        con.register("keys", pa.table({"key": keys}))
        hashes = con.sql("select hash(key) as hash from keys").to_arrow_table()["hash"]
    return np.asarray(hashes).astype(np.uint64)


def _array(keys: Keys) -> pa.Array:
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys

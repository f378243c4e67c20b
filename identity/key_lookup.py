"""Where keys stand in a column of keys: over a million times a million of them, hundreds of times.

Not here: what is looked up.
"""

from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from identity.disjoint_sets import Numbers
from identity.scratch import scratch_database

NOBODY = -1
Keys: TypeAlias = pa.ChunkedArray | pa.Array
# Below this a database takes longer to open than it saves.
_WORTH_JOINING = 50_000


def positions(keys: Keys, among: Keys) -> Numbers:
    """The row of each key in a column that holds a key once; NOBODY for unknown and null ones."""
    if not len(keys) or not len(among):
        return np.full(len(keys), NOBODY, dtype=np.int64)
    if min(len(keys), len(among)) >= _WORTH_JOINING:
        return _joined(keys, among)
    looked_up = pc.fill_null(pc.index_in(keys, value_set=among), NOBODY)
    return np.asarray(looked_up).astype(np.int64)


def nullable_positions(keys: Keys, among: Keys) -> pa.Array:
    """The same as Arrow takes rows by: null for unknown keys."""
    found = positions(keys, among)
    return pa.array(found, mask=found == NOBODY)


def _joined(keys: Keys, among: Keys) -> Numbers:
    """Looked up on all processors."""
    with scratch_database() as con:
        con.register("sought", pa.table({"key": keys, "place": np.arange(len(keys))}))
        con.register("held", pa.table({"key": among, "place": np.arange(len(among))}))
        found = con.sql("""
            select sought.place, held.place as found from sought inner join held using (key)
        """).to_arrow_table()
    rows = np.full(len(keys), NOBODY, dtype=np.int64)
    rows[np.asarray(found["place"])] = np.asarray(found["found"])
    return rows

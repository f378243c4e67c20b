"""Works on a table on all processors: slices of rows in plain Python, columns in Arrow.

Here belongs how work is spread. Not here: any step; what comes out is the same as in one process.
"""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from typing import TypeVar

import pyarrow as pa

from identity.disjoint_sets import Numbers

Shared = TypeVar("Shared")

# Below this many rows a process takes longer to start than it saves.
WORTH_A_PROCESS = 40_000
# Slices cost unlike much; with some more than processes nobody waits long for the last.
_SLICES_PER_PROCESS = 4


def map_slices(
    step: Callable[[pa.Table, Shared], pa.Table], table: pa.Table, shared: Shared
) -> pa.Table:
    """The step over a whole table, which is worked through in slices.

    Args:
        step: A function of a module, which looks at one row at a time.
        table: Its rows, kept in order.
        shared: What the step needs for every row; goes to each process as a copy.
    """
    processes = min(os.cpu_count() or 1, table.num_rows // WORTH_A_PROCESS)
    if processes < 2:
        return step(table, shared)
    size = -(-table.num_rows // (processes * _SLICES_PER_PROCESS))
    slices = [table.slice(at, size).combine_chunks() for at in range(0, table.num_rows, size)]
    # not forked: a copy of a process with running threads may hang
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return pa.concat_tables(pool.map(step, slices, repeat(shared)))


def take_rows(table: pa.Table, rows: Numbers | pa.Array | pa.ChunkedArray) -> pa.Table:
    """Rows of a table by their places; Arrow by itself takes one column after the other."""
    places = rows.combine_chunks() if isinstance(rows, pa.ChunkedArray) else pa.array(rows)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        columns = list(pool.map(lambda column: column.take(places), table.columns))
    return pa.table(columns, schema=table.schema)

"""The nodes of one run as numbers, in the order of their keys.

Numbers are what components and clusters are worked out by; they hold within one run only, so what
is kept for a later one speaks of keys.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from identity.disjoint_sets import Numbers
from identity.key_lookup import NOBODY, positions

_NARROW = ["record_key", "content", "is_junk"]


@dataclass(frozen=True)
class NumberedNodes:
    """Nodes whose number is their row.

    Attributes:
        records: The rows of `find_nodes`, in the order of their keys.
    """

    records: pa.Table

    @cached_property
    def _stands(self) -> NDArray[np.bool_]:
        """Which records are nodes."""
        return np.asarray(pc.equal(self.records["record_key"], self.records["node"]))

    @cached_property
    def _places(self) -> Numbers:
        """The row of each node among the records."""
        return np.flatnonzero(self._stands)

    @cached_property
    def of_rows(self) -> Numbers:
        """The node that each of the records stands under."""
        found = np.cumsum(self._stands) - 1
        folded = np.flatnonzero(~self._stands)
        found[folded] = self.of_keys(self.records["node"].take(folded))
        return found

    @cached_property
    def rows(self) -> pa.Table:
        """Key, content and is_junk of the nodes; the number of a node is its row."""
        return self.records.select(_NARROW).take(self._places).combine_chunks()

    def column(self, name: str) -> pa.ChunkedArray:
        """What the nodes are compared by, of one kind."""
        return self.records[name].take(self._places)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.rows.num_rows

    @cached_property
    def contents(self) -> NDArray[np.uint64]:
        """Hash of what each is compared by."""
        return np.asarray(self.rows["content"]).astype(np.uint64)

    def of_keys(self, keys: pa.ChunkedArray | pa.Array) -> Numbers:
        """The nodes with these keys; NOBODY where a key is no node's."""
        return positions(keys, self.rows["record_key"])

    def of_records(self, keys: pa.ChunkedArray | pa.Array) -> Numbers:
        """The nodes that records with these keys stand under; NOBODY for unknown ones."""
        at = positions(keys, self.records["record_key"])
        known = np.flatnonzero(at != NOBODY)
        found = np.full(len(at), NOBODY, dtype=np.int64)
        found[known] = self.of_rows[at[known]]
        return found

    def some(self, numbers: Numbers) -> pa.Table:
        """The whole rows of some nodes that are no junk, with the column number."""
        is_chosen = np.zeros(self.count, dtype=np.bool_)
        is_chosen[numbers] = True
        chosen = np.flatnonzero(is_chosen)
        rows = self.records.take(self._places[chosen])
        rows = rows.append_column("number", pa.array(chosen))
        return rows.filter(pc.invert(rows["is_junk"]))

"""Finds records that Salesforce no longer has at all: purged from the recycle bin, erased.

No stamp tells of them and ``queryAll`` does not show them, but the count of all rows does, which
every read learns anyway. Only when it differs from what raw should hold are ids listed, at first
those of the recycle bin, where records usually vanish from.

Not here: deletions that Salesforce still shows (rows with ``IsDeleted`` come by their stamp).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ingestion.contracts import TableContract
from ingestion.distinct_keys import DistinctKeys
from ingestion.raw_tables import RawTable
from ingestion.resources import Batch
from ingestion.sources.salesforce.bulk import BULK_FROM_ROWS, read_ids
from ingestion.sources.salesforce.queries import api_name, listing
from vendors.errors import Fault, VendorError
from vendors.salesforce import BulkImpossible, SalesforceClient

# Salesforce purges some records at a time; most of a table at once is a lost right
MOST_GONE_SHARE = 0.5
MANY_GONE = 100
_ROWS_PER_BATCH = 5_000


@dataclass
class Listed:
    """What is needed to compare a raw table with the ids that Salesforce lists.

    Attributes:
        new: ids that came now and that raw lacks.
        has_more: Salesforce lists rows that neither raw nor this read has.
    """

    client: SalesforceClient
    contract: TableContract
    raw: RawTable
    include_deleted: bool
    new: DistinctKeys
    has_more: bool = False

    @property
    def can_flag(self) -> bool:
        """Whether a vanished row means a deletion; histories are only kept for some time."""
        return self.contract.newest == "system_modstamp" and "is_deleted" in self.contract.columns

    def ids(self, only_deleted: bool) -> pa.Array:
        """Return the ids of all rows, or of those in the recycle bin."""
        soql = listing(api_name(self.contract.resource), only_deleted)
        first = self.client.query_page(soql, self.include_deleted)
        if (first.total or 0) >= BULK_FROM_ROWS:
            try:
                return read_ids(self.client.bulk, soql, self.include_deleted)
            except BulkImpossible:
                pass
        pages = self.client.pages_from(first)
        return pa.array([row["Id"] for page in pages for row in page], pa.string())


def reconcile(listed: Listed, total: int, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield the rows that are gone, flagged as deleted.

    Args:
        listed: both sides.
        total: how many rows Salesforce counts.
        state: ``gone`` is how many raw rows it no longer had at the last read.
    """
    held = listed.raw.count() + listed.new.count()
    short = held - int(state.get("gone", 0)) - total
    if short == 0 or (short > 0 and not listed.can_flag):
        return
    if short > 0 and listed.include_deleted:
        purged = listed.raw.unlisted(listed.ids(only_deleted=True), "is_deleted")
        if held - len(purged) == total:
            state["gone"] = len(purged)
            return
    ids = listed.ids(only_deleted=False)
    listed.has_more = bool(listed.new.add(listed.raw.lacking(ids)).any())
    if listed.can_flag:
        yield from _flagged(listed, ids, state)


def _flagged(listed: Listed, ids: pa.Array, state: dict[str, Any]) -> Iterator[Batch]:
    alive = listed.raw.unlisted(ids, "is_deleted IS DISTINCT FROM true")
    _refuse_a_landslide(listed, len(alive))
    for start in range(0, len(alive), _ROWS_PER_BATCH):
        some = alive[start : start + _ROWS_PER_BATCH]
        rows = listed.raw.rows("id IN (SELECT unnest(?))", [some])
        yield Batch(
            [{**row, "is_deleted": True} for row in rows], listed.raw.kinds, is_counted=False
        )
    state["gone"] = len(listed.raw.unlisted(ids, "true"))


def _refuse_a_landslide(listed: Listed, gone: int) -> None:
    count = listed.raw.count("is_deleted IS DISTINCT FROM true")
    if gone > MANY_GONE and gone > count * MOST_GONE_SHARE:
        sentence = (
            f"Salesforce no longer lists {gone:,} of {count:,} {listed.contract.resource} rows;"
            " none was flagged as deleted. Has the user lost a right? If they are really gone,"
            " delete warehouse.duckdb and load again."
        )
        raise VendorError("Salesforce", Fault.RIGHTS, sentence)

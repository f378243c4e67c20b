"""Reads HubSpot's CRM objects: contacts, companies and deals with their properties.

Here belongs which records are read when, and how it is noticed that some came, went or merged.
Not here: paging and search rules (``vendors.hubspot``), the choice of properties.

    changed    the newest records by one search; more than a page of them by time and id
    archived   the first page of the archived, all of them when the count differs or once a day
    count      what HubSpot finds against what raw will hold; a difference reads everything
    all        the first time, when properties came or went, once a week, and when counts differ
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.config import OVERLAP
from ingestion.contracts import Kind, TableContract
from ingestion.naming import column_name
from ingestion.resources import Batch, Load
from ingestion.shaping import Cursor, ms_of
from ingestion.sources.hubspot.census import Census
from ingestion.sources.hubspot.properties import Properties
from ingestion.sources.hubspot.rows import (
    Row,
    batch_of,
    id_of,
    is_regular,
    merged_ids,
    modified_at,
)
from vendors.errors import Fault, VendorError
from vendors.hubspot import HubSpotClient, SearchPage
from vendors.hubspot_answers import fits_a_search, fits_an_address

KINDS = {"contact": "contacts", "company": "companies", "deal": "deals"}
# contacts alone call it so; every other type has the hs_ name
STAMPS = {"contact": "lastmodifieddate"}
EVERYTHING_EVERY = timedelta(days=7)
ARCHIVED_EVERY = timedelta(days=1)
FLAGGED_AT_ONCE = 1_000
_MS = timedelta(milliseconds=1)
Changes = dict[str, "array[int]"]


def read_objects(
    client: HubSpotClient,
    contract: TableContract,
    mapped: Mapping[str, Kind],
    load: Load,
    changes: Changes,
    state: dict[str, Any],
) -> Iterator[Batch]:
    """Yield new, changed and archived objects, and those that HubSpot no longer has.

    Args:
        client: HubSpot.
        contract: the raw table.
        mapped: properties that the agreement maps; missing ones are reported by name.
        load: the running load.
        changes: is told the ids of all records that came or changed, for their associations.
        state: ``cursor`` is the newest modification seen by the last complete read.
    """
    read = ObjectRead(client, contract, mapped, load, changes, state)
    yield from read.batches()


class ObjectRead:
    """One read of one object type."""

    def __init__(
        self,
        client: HubSpotClient,
        contract: TableContract,
        mapped: Mapping[str, Kind],
        load: Load,
        changes: Changes,
        state: dict[str, Any],
    ) -> None:
        self.client, self.state = client, state
        self.kind = KINDS[contract.resource]
        self.stamp = STAMPS.get(contract.resource, "hs_lastmodifieddate")
        self.raw = load.raw[contract.resource]
        self.outcome = load.outcome(contract.resource)
        self.now = ms_of(load.context.as_of) or 0
        self.properties = Properties(client, self.kind, contract, mapped, state)
        self.census = Census(self.raw, self.stamp)
        self.cursor = Cursor(state.get("cursor"), load.context.as_of)
        self.changed = changes.setdefault(contract.resource, array("q"))
        self.merged: set[str] = set()
        self.just_gone = 0

    def batches(self) -> Iterator[Batch]:
        """Yield everything that is to be landed, and remember how far it went."""
        since = self.cursor.since(OVERLAP)
        other = self.properties.must_be_asked(self.now) and self.properties.ask(self.now)
        if since is None or other or self._is_due("whole_at", EVERYTHING_EVERY):
            yield from self._everything()
        else:
            yield from self._what_changed(since)
        newest = self.cursor.newest
        self.state["cursor"] = self.now if newest is None else newest
        if self.properties.missing:
            listed = ", ".join(self.properties.missing)
            self.outcome.remark = f"properties missing at HubSpot: {listed}."

    def _is_due(self, name: str, every: timedelta) -> bool:
        at = self.state.get(name)
        return at is None or not at <= self.now < at + every // _MS

    # what changed

    def _what_changed(self, since: int) -> Iterator[Batch]:
        names = self.properties.names
        asked = names if fits_a_search(self.stamp, names) else [self.stamp]
        head = self.client.newest(self.kind, self.stamp, asked)
        newest = self._regular(head.rows)
        pages: Iterable[Sequence[Row]] = [self._since(newest, since)]
        if not self._tells_all(head, newest, since):
            pages = self._window(since, asked)
        for page in pages:
            news = self.census.news(page)
            if news and not self.properties.is_fresh and self.properties.ask(self.now):
                yield from self._everything()
                return
            yield from self._landed(news, is_complete=asked is names)
            self.census.take(news)
            self.census.refuse(self._refused)
        yield from self._archived(head.total)
        yield self._merged_away()
        if self._differs(head.total):
            yield from self._everything()

    def _since(self, rows: Sequence[Row], since: int) -> list[Row]:
        return [row for row in rows if (modified_at(row, self.stamp) or self.now) >= since]

    def _tells_all(self, head: SearchPage, rows: Sequence[Row], since: int) -> bool:
        """Whether the newest records, in one page, are sure to hold all that changed."""
        stamps = [modified_at(row, self.stamp) or 0 for row in rows]
        is_sorted = all(one >= other for one, other in pairwise(stamps))
        if head.has_more or len(head.rows) < head.total:
            return is_sorted and bool(stamps) and stamps[-1] < since
        return True

    def _window(self, since: int, asked: Sequence[str]) -> Iterator[Sequence[Row]]:
        expected, came = 0, 0
        for page in self.client.search(self.kind, self.stamp, since, asked):
            expected = expected or page.total
            came += len(page.rows)
            yield self._regular(page.rows)
        if came < expected:
            sentence = f"HubSpot counts {expected} changed {self.kind}, {came} came."
            raise VendorError(self.client.vendor, Fault.TRUNCATED, sentence)

    def _archived(self, total: int, *, is_all: bool = False) -> Iterator[Batch]:
        """Yield archived records: the first page, and all when it is due or the count differs."""
        is_all = is_all or self._is_due("archived_at", ARCHIVED_EVERY)
        names = self.properties.names
        asked = names if fits_an_address(names) else [self.stamp]
        for rows in self.client.list_objects(self.kind, asked, archived=True):
            page = self._regular(rows)
            news = self.census.news(page, archived=True)
            yield from self._landed(news, is_complete=asked is names, archived=True)
            self.census.take(news, archived=True)
            self.just_gone += sum(self._is_just_archived(row) for row in page)
            is_all = is_all or self._differs(total)
            if not is_all:
                return
        self.state["archived_at"] = self.now

    def _is_just_archived(self, row: Row) -> bool:
        at = ms_of(row.get("archivedAt"))
        return at is not None and at >= self.now - OVERLAP // _MS

    def _differs(self, total: int) -> bool:
        """Whether HubSpot finds another number of live records than raw will hold.

        A difference that was there when everything was read stays accepted (records that raw
        rejects), and the search may still find what has only just gone.
        """
        if total < 0:
            return False
        more = total - self.census.live
        return not any(
            0 <= more - known <= self.just_gone for known in {0, self.state.get("gap", 0)}
        )

    def _merged_away(self) -> Batch:
        """Flag what raw still holds of merged records: they vanish from every listing."""
        ids = sorted(self.merged)
        marks = ", ".join("?" * len(ids))
        live = "NOT coalesce(archived, false)"
        gone = self.raw.values("id", f"{live} AND id IN ({marks})", ids) if ids else []
        self.merged.clear()
        return self._flagged([row[0] for row in gone])

    def _flagged(self, ids: Sequence[str]) -> Batch:
        marks = ", ".join("?" * len(ids))
        rows = self.raw.rows(f"id IN ({marks})", ids) if ids else []
        self.census.leave(ids)
        self.just_gone += len(rows)
        self._note(ids)
        flagged = [{**row, "archived": True} for row in rows]
        return Batch(flagged, self.raw.kinds, is_counted=False)

    # everything

    def _everything(self) -> Iterator[Batch]:
        """Yield all live and archived records, and flag those of raw that are neither."""
        total = self.client.count(self.kind)
        if not self.properties.is_fresh:
            self.properties.ask(self.now)
        listed: list[pa.Array] = []
        refused = 0
        for batch in self._all_live(listed):
            yield batch
            refused += len(self._refused)
        ids = pa.chunked_array(listed, pa.string())
        came = pc.count_distinct(ids).as_py()
        if came < total:
            total = min(total, self.client.count(self.kind))
        if came < total:
            for batch in self._unlisted_live(ids, listed):
                yield batch
                refused += len(self._refused)
            ids = pa.chunked_array(listed, pa.string())
            came = pc.count_distinct(ids).as_py()
        self.outcome.expected_rows = max(total, 0)
        self.just_gone = 0
        yield from self._archived(total, is_all=True)
        yield self._merged_away()
        if came >= total and not self.raw.is_empty:
            yield from self._vanished(ids)
        self.state["gap"] = total - (came - refused) if total >= 0 else 0
        self.state["whole_at"] = self.now

    def _all_live(self, listed: list[pa.Array]) -> Iterator[Batch]:
        names = self.properties.names
        asked = names if fits_an_address(names) else [self.stamp]
        for rows in self.client.list_objects(self.kind, asked, archived=False):
            page = self._regular(rows)
            listed.append(pa.array([id_of(row) for row in page], pa.string()))
            self._note(id_of(row) for row in self.census.news(page))
            yield from self._landed(page, is_complete=asked is names, notes=False)

    def _unlisted_live(self, ids: pa.ChunkedArray, listed: list[pa.Array]) -> Iterator[Batch]:
        """Yield live records that the search knows and the listing did not bring."""
        came = set(ids.to_pylist())
        for page in self.client.ids(self.kind):
            missed = [one for one in page if one not in came]
            rows = self.client.read(self.kind, missed, self.properties.names)
            if rows:
                listed.append(pa.array([id_of(row) for row in rows], pa.string()))
                yield from self._landed(rows, is_complete=True)

    def _vanished(self, ids: pa.ChunkedArray) -> Iterator[Batch]:
        """Flag live records of raw that no listing holds, once HubSpot has confirmed it."""
        gone = self.raw.unlisted(ids, "NOT coalesce(archived, false)")
        rows = self.client.read(self.kind, gone, self.properties.names)
        still = {id_of(row) for row in rows}
        yield from self._landed([row for row in rows if id_of(row) in set(gone)])
        confirmed = [one for one in gone if one not in still]
        for start in range(0, len(confirmed), FLAGGED_AT_ONCE):
            yield self._flagged(confirmed[start : start + FLAGGED_AT_ONCE])

    # rows

    def _landed(
        self,
        rows: Sequence[Row],
        *,
        is_complete: bool = True,
        archived: bool = False,
        notes: bool = True,
    ) -> Iterator[Batch]:
        """Yield a batch of rows, read once more where their properties did not fit."""
        self._refused: list[str] = []
        names = self.properties.names
        if rows and not is_complete:
            ids = [id_of(row) for row in rows]
            whole = self.client.read(self.kind, ids, names, archived=archived)
            wanted = set(ids)
            rows = [row for row in whole if id_of(row) in wanted]
        if not rows:
            return
        if notes:
            self._note(id_of(row) for row in rows)
        before = len(self.outcome.rejected)
        batch = batch_of(rows, names, archived=archived)
        for row in batch.rows:
            self.cursor.see(row.get(column_name(self.stamp)) or row["updated_at"])
            self.merged.update(merged_ids(row.get("hs_merged_object_ids")))
        yield batch
        self._refused = [one.source_id for one in self.outcome.rejected[before:]]

    def _note(self, ids: Iterable[str]) -> None:
        self.changed.extend(int(one) for one in ids if one.isdigit())

    def _regular(self, page: Iterable[Any]) -> list[Row]:
        """Return the rows that are records; others are rejected and count as read."""
        rows = list(page)
        odd = batch_of([row for row in rows if not is_regular(row)], ()).rejected
        self.outcome.rejected.extend(odd)
        self.outcome.read.add(one.source_id for one in odd)
        return [row for row in rows if is_regular(row)]

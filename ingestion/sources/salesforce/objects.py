"""Reads one Salesforce object: what is new or changed, by the cheapest way that misses nothing.

    probe (newest rows first, and the count of all) ── reaches back to the cursor ─▶ its rows
        └─ does not ─▶ rows stamped since ── few ─▶ pages over REST
                                          └─ many ─▶ one bulk query, kept place by place

Here belong the cursor and the choice of the way. Not here: HTTP (``vendors``), fields
(``selection``), records that are gone for good (``unlisted``), guarding (``ingestion.resources``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.config import OVERLAP
from ingestion.contracts import Kind, TableContract
from ingestion.distinct_keys import DistinctKeys
from ingestion.resources import RESUME, Batch, Load
from ingestion.shaping import Cursor, ms_of
from ingestion.sources.salesforce.bulk import BULK_FROM_ROWS, Place, read_result
from ingestion.sources.salesforce.parts import joined_rows
from ingestion.sources.salesforce.queries import api_name, build_soql, counting, newest_first
from ingestion.sources.salesforce.selection import Selection, select_fields, shape_rows
from ingestion.sources.salesforce.unlisted import Listed, reconcile
from vendors.errors import Fault, VendorError
from vendors.salesforce import BulkImpossible, QueryPage, SalesforceClient

# the smallest page that Salesforce gives
PROBE_ROWS = 200
# faults that another way of asking cannot mend
_HOPELESS = (Fault.CREDENTIALS, Fault.LIMIT, Fault.UNREACHABLE, Fault.RIGHTS, Fault.MISSING)


def read_object(
    client: SalesforceClient,
    contract: TableContract,
    mapped: Mapping[str, Kind],
    load: Load,
    state: dict[str, Any],
) -> Iterator[Batch]:
    """Yield the rows of one object that are new or changed since the last complete read.

    Args:
        client: a signed-in Salesforce.
        contract: the raw table.
        mapped: fields that the agreement maps; missing ones are reported by name.
        load: the running load.
        state: ``cursor`` is the newest stamp when the last complete read began, ``fields`` a
            fingerprint of the fields it asked for, ``gone`` how many raw rows Salesforce no
            longer had then, ``resume`` the place in a bulk result that broke off.
    """
    frozen = {**load.raw[contract.resource].kinds, **contract.columns}
    for attempt in (1, 2):
        description = client.describe(api_name(contract.resource))
        selection = select_fields(description, contract, mapped, frozen)
        load.outcome(contract.resource).remark = selection.remark
        try:
            yield from ObjectRead(client, contract, load, selection).batches(state)
            return
        except VendorError as error:
            # a field that went away since it was described a moment ago
            if attempt == 2 or error.code != "INVALID_FIELD":
                raise


class ObjectRead:
    """One read of one object."""

    def __init__(
        self,
        client: SalesforceClient,
        contract: TableContract,
        load: Load,
        selection: Selection,
    ) -> None:
        self._client = client
        self._contract = contract
        self._selection = selection
        self._name = api_name(contract.resource)
        self._as_of = load.context.as_of
        self._raw = load.raw[contract.resource]
        self._outcome = load.outcome(contract.resource)
        self._rejected = load.rejected_before.get(contract.resource, set())
        self._new = DistinctKeys()
        self._latest: int | None = None

    def batches(self, state: dict[str, Any]) -> Iterator[Batch]:
        """Yield what is new or changed and move the cursor in ``state``."""
        fields = _fingerprint(self._selection)
        # a field that appears fills all rows, and no stamp tells of it
        cursor = state.get("cursor") if state.get("fields", fields) == fields else None
        if place := self._kept_place(state, cursor):
            yield from self._resumed(place, state)
            cursor = place.newest if place.is_done else cursor
        since = Cursor(cursor, self._as_of).since(OVERLAP)
        probe = self._probe()
        newest = self._newest(probe, cursor)
        rows = self._rows_in(probe, since)
        if rows is None:
            total = probe.total if probe and since is None else None
            yield from self._changed(state, since, newest, total)
        elif rows:
            yield self._counted(rows, len(rows))
        yield from self._gone(probe, state)
        newest = newest if probe else self._latest
        state.update(cursor=self._cursor_after(newest, cursor), fields=fields)
        state.pop(RESUME, None)

    def _soql(self, since: int | None) -> str:
        return build_soql(self._name, self._selection.fields, self._selection.stamp, since)

    def _probe(self) -> QueryPage | None:
        """Ask for the newest rows, and by that for the number of all; none if it is refused."""
        part = self._selection.parts()[0]
        soql = newest_first(self._name, part, self._selection.stamp)
        try:
            return self._client.query_page(soql, self._selection.include_deleted, PROBE_ROWS)
        except VendorError as error:
            # a great object may take too long to sort
            if error.fault in _HOPELESS:
                raise
            return None

    def _newest(self, probe: QueryPage | None, cursor: int | None) -> int | None:
        """Return the newest stamp there was when this read began."""
        stamps = self._stamps(probe.rows if probe else ())
        return max((one for one in (*stamps, cursor) if one is not None), default=None)

    def _cursor_after(self, newest: int | None, cursor: int | None) -> int | None:
        after = Cursor(cursor, self._as_of)
        after.see(newest)
        return after.newest

    def _stamps(self, rows: Sequence[Mapping[str, Any]]) -> list[int | None]:
        stamp = self._selection.stamp
        return [ms_of(row.get(stamp)) for row in rows] if stamp else []

    def _rows_in(self, probe: QueryPage | None, since: int | None) -> list[dict[str, Any]] | None:
        """Return the changed rows if the probe holds them all for certain."""
        if probe is None or len(self._selection.parts()) > 1:
            return None
        if not probe.following and len(probe.rows) == probe.total:
            return probe.rows
        stamps = [one for one in self._stamps(probe.rows) if one is not None]
        is_whole = len(stamps) == len(probe.rows) and stamps == sorted(stamps, reverse=True)
        if since is None or not is_whole:
            return None
        fresh = sum(one >= since for one in stamps)
        # the page goes on behind them, so none of them was lost
        return probe.rows[:fresh] if fresh < len(probe.rows) else None

    def _changed(
        self, state: dict[str, Any], since: int | None, newest: int | None, total: int | None
    ) -> Iterator[Batch]:
        """Yield the rows stamped since, over REST or in bulk as their number says."""
        page = None
        if total is None or total < BULK_FROM_ROWS:
            page = self._first_page(since)
            total = page.total or 0
        if total >= BULK_FROM_ROWS and not self._selection.has_free_types:
            place = Place(self._soql(since), newest=newest)
            try:
                yield from self._in_bulk(place, state)
                return
            except BulkImpossible:
                state.pop(RESUME, None)
        yield from self._over_rest(page or self._first_page(since), since)

    def _first_page(self, since: int | None) -> QueryPage:
        part = self._selection.parts()[0]
        soql = build_soql(self._name, part, self._selection.stamp, since)
        return self._client.query_page(soql, self._selection.include_deleted)

    def _over_rest(self, page: QueryPage, since: int | None) -> Iterator[Batch]:
        total = page.total or 0
        parts = self._selection.parts()
        pages = self._client.pages_from(page)
        if len(parts) == 1:
            for rows in pages:
                yield self._counted(rows, total)
            return
        first = [row for rows in pages for row in rows]
        yield self._counted(
            joined_rows(self._client, self._selection, self._name, first, since), total
        )

    def _in_bulk(self, place: Place, state: dict[str, Any]) -> Iterator[Batch]:
        bulk = self._client.bulk
        place.job_id = place.job_id or bulk.start(place.query, self._selection.include_deleted)
        state[RESUME] = asdict(place)
        before = place.rows
        for batch in read_result(bulk, place, self._selection):
            state[RESUME] = asdict(place)
            self._expect(place.total - before if place.total is not None else 0)
            self._note(_texts(batch, "id"))
            # of one form, so that their order as text is their order in time
            self._see(ms_of(pc.max(_texts(batch, self._contract.newest)).as_py()))
            yield batch

    def _kept_place(self, state: dict[str, Any], cursor: int | None) -> Place | None:
        since = Cursor(cursor, self._as_of).since(OVERLAP)
        kept = state.get(RESUME)
        if not kept or kept.get("query") != self._soql(since):
            state.pop(RESUME, None)
            return None
        return Place(**kept)

    def _resumed(self, place: Place, state: dict[str, Any]) -> Iterator[Batch]:
        """Yield the rest of a bulk result that broke off in an earlier run."""
        if place.is_done:
            return
        try:
            yield from self._in_bulk(place, state)
        except VendorError as error:
            if error.fault not in (Fault.MISSING, Fault.REFUSED):
                raise
            # Salesforce keeps a result for some days only; then it is asked anew
            state.pop(RESUME, None)

    def _counted(self, rows: Sequence[Mapping[str, Any]], total: int) -> Batch:
        self._expect(total)
        shaped = shape_rows(rows, self._selection)
        self._note(pa.array([str(row.get("id")) for row in shaped], pa.string()))
        self._latest = max(
            (one for one in (*self._stamps(rows), self._latest) if one), default=None
        )
        return Batch(shaped, self._selection.kinds)

    def _expect(self, rows: int) -> None:
        self._outcome.expected_rows = max(self._outcome.expected_rows or 0, rows)

    def _note(self, ids: pa.Array) -> None:
        """Take note of the ids that raw lacks."""
        if not self._raw.is_empty:
            self._new.add(self._raw.lacking(ids))

    def _see(self, *stamps: int | None) -> None:
        self._latest = max((one for one in (*stamps, self._latest) if one), default=None)

    def _gone(self, probe: QueryPage | None, state: dict[str, Any]) -> Iterator[Batch]:
        """Flag what Salesforce no longer has, and read again what we lack without knowing why."""
        if self._raw.is_empty:
            state["gone"] = 0
            return
        include_deleted = self._selection.include_deleted
        total = probe.total if probe else self._client.count(counting(self._name), include_deleted)
        self._new.add(self._raw.lacking(pa.array(sorted(self._rejected), pa.string())))
        listed = Listed(self._client, self._contract, self._raw, include_deleted, self._new)
        yield from reconcile(listed, total or 0, state)
        if listed.has_more:
            yield from self._changed(state, None, None, total)


def _texts(batch: Batch, column: str | None) -> pa.Array:
    values = (batch.columns or {}).get(column or "")
    return values.cast(pa.string()) if isinstance(values, pa.Array) else pa.array([], pa.string())


def _fingerprint(selection: Selection) -> str:
    text = " ".join(sorted(f"{column}:{kind}" for column, kind in selection.kinds.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]

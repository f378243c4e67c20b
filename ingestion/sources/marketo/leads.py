"""Reads Marketo's leads: all of them at first, then what changed, was deleted or merged.

    first load, or none for a fortnight   bulk extract by createdAt, window by window
    once a day                            bulk extract by updatedAt, newest window first
    otherwise                             activities that tell of changes ─▶ leads by id
    always before that                    deleted and merged leads ─▶ flags

Here belong the choice between these, the fields and the cursor. Not here: jobs and files
(``exported``), HTTP (``vendors``) and guarding (``ingestion.resources``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts import Kind, TableContract
from ingestion.naming import column_name
from ingestion.resources import Batch, Load, shaped
from ingestion.shaping import EPOCH, ms_of
from ingestion.sources.marketo.bulk_files import read_columns
from ingestion.sources.marketo.exported import Extract, Wish
from ingestion.sources.marketo.history import CLOCKS_APART, History
from ingestion.sources.marketo.values import attributes_of, converter, instant, iso, kind_of
from vendors.errors import VendorError
from vendors.marketo import MarketoClient

# Marketo forgets deletions after a fortnight; later than this nothing tells which leads are gone
LONGEST_GAP = timedelta(days=13)
# how far back merges are looked for after a long pause
LONGEST_PAUSE = timedelta(days=400)
SWEEP_EVERY = timedelta(hours=24)
# more changed leads than this are cheaper to extract in bulk than to ask for by id
MAX_BY_ID = 30_000
NEW_LEAD, CHANGED_VALUE, MERGED = "12", "13", "32"
FILTER_NOT_ALLOWED = "1035"
OWN_COLUMNS = frozenset({"is_deleted", "deleted_at", "merged_into"})
_IDS = re.compile(r"\d+")


@dataclass(frozen=True)
class Selection:
    """The fields that leads are asked for, and how each becomes a column."""

    fields: tuple[str, ...]
    kinds: Mapping[str, Kind]
    converters: Mapping[str, Callable[[Any], Any]]
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def remark(self) -> str | None:
        """What lacks, in one sentence per lack."""
        lacks = []
        if self.missing:
            lacks.append(f"fields missing at Marketo: {', '.join(self.missing)}.")
        if self.left_out:
            lacks.append(f"fields of a name that is taken: {', '.join(self.left_out)}.")
        return " ".join(lacks) or None

    def shape(self, lead: Mapping[str, Any]) -> dict[str, Any]:
        """Return the raw row of a lead; a field that is left out is empty."""
        row = {
            column: convert(lead.get(name))
            for name, (column, convert) in zip(self.fields, self.converters.items(), strict=True)
        }
        return {**row, "is_deleted": False}

    def columns(self, table: pa.RecordBatch) -> dict[str, pa.Array]:
        """Return the raw columns of leads that a bulk file holds."""
        named = zip(self.fields, self.converters, strict=True)
        columns = {column: table.column(name) for name, column in named}
        return {**columns, "is_deleted": pa.array([False] * table.num_rows, pa.bool_())}


def select_fields(
    described: Iterable[Mapping[str, Any]],
    mapped: Iterable[str],
    frozen: Mapping[str, Kind],
) -> Selection:
    """Choose the fields of a lead: all that describe names.

    Args:
        described: name and type of each field.
        mapped: fields that the agreement maps; missing ones are told by name.
        frozen: kinds of the columns there are; a field of another type is converted to them.
    """
    chosen: dict[str, tuple[str, Kind]] = {}
    left_out = []
    for one in described:
        column = column_name(one["name"])
        if column in chosen or column in OWN_COLUMNS:
            left_out.append(one["name"])
        else:
            chosen[column] = (one["name"], frozen.get(column, kind_of(one["type"])))
    return Selection(
        fields=tuple(name for name, _ in chosen.values()),
        kinds={column: kind for column, (_, kind) in chosen.items()},
        converters={column: converter(kind) for column, (_, kind) in chosen.items()},
        missing=tuple(name for name in mapped if column_name(name) not in chosen),
        left_out=tuple(left_out),
    )


class Leads:
    """One read of all leads."""

    def __init__(
        self,
        client: MarketoClient,
        contract: TableContract,
        mapped: Mapping[str, Kind],
        load: Load,
        history: History,
    ) -> None:
        self._client = client
        self._load = load
        self._raw = load.raw[contract.resource]
        self._frozen = {**self._raw.kinds, **contract.columns}
        self._mapped = mapped
        self._history = history
        self._as_of: datetime = load.context.as_of

    def read(self, state: dict[str, Any]) -> Iterator[Batch]:
        """Yield the rows of leads.

        Args:
            state: ``cursor`` is the instant of the last complete read, ``swept`` that of the last
                one in bulk, both as epoch milliseconds.
        """
        selection = select_fields(self._client.lead_fields(), self._mapped, self._frozen)
        self._load.outcome("lead").remark = selection.remark
        now = ms_of(self._as_of) or 0
        before = _instant_of(state.get("cursor") or 0)
        if self._as_of - before > LONGEST_GAP:
            since = max(before, self._as_of - LONGEST_PAUSE) - CLOCKS_APART
            shown_at = yield from self._all(selection, since)
            state["swept"] = ms_of(shown_at)
        else:
            since, swept = before - CLOCKS_APART, _instant_of(state.get("swept") or 0)
            if (yield from self._changed(selection, since, swept)):
                state["swept"] = now
        state["cursor"] = now

    def _all(self, selection: Selection, since: datetime) -> Generator[Batch, None, datetime]:
        """Read every lead anew; what raw holds beyond them is gone, told since then or not.

        Returns:
            The instant that the oldest file shows.
        """
        seen: set[str] = set()
        extract = Extract(self._client, "leads", "lead", self._load)
        shown_at = extract.shown_at()
        moved = self._moved_since(shown_at - CLOCKS_APART) if shown_at else set()
        spans = extract.windows("createdAt", self._history.start(), self._as_of)
        wishes = (Wish(selection.fields, span) for span in spans)
        for whole in extract.chunks(wishes, read_columns):
            table = _without(whole, moved)
            seen.update(table.column("id").cast(pa.string()).to_pylist())
            columns = selection.columns(table)
            yield Batch(columns=columns, kinds=selection.kinds, is_snapshot=True)
        for page in self._client.leads_by_id(sorted(moved, key=int), selection.fields):
            seen.update(str(lead.get("id")) for lead in page)
            yield _batch(page, selection)
        if not self._raw.is_empty:
            where = "NOT coalesce(is_deleted, false) AND id NOT IN (SELECT unnest(?::VARCHAR[]))"
            told = self._gone(since, self._history.merges(since))
            # of a lead that went longer ago nothing tells when
            gone = self._raw.rows(where, [list(seen)])
            flagged = [{**row, "is_deleted": True, **told.get(str(row["id"]), {})} for row in gone]
            yield Batch(flagged, self._raw.kinds, is_counted=False)
        return shown_at or self._as_of

    def _moved_since(self, since: datetime) -> set[str]:
        """Return the leads whose row in a file as old as that may be wrong by now."""
        return self._changed_ids(since) | set(self._gone(since, self._history.changes(since)))

    def _changed(
        self, selection: Selection, since: datetime, swept: datetime
    ) -> Generator[Batch, None, bool]:
        """Read what changed; return whether it was read in bulk."""
        gone = self._gone(since, self._history.changes(since))
        yield self._flagged(gone)
        is_due = self._as_of - swept >= SWEEP_EVERY
        if is_due and (yield from self._swept(selection, swept - CLOCKS_APART, gone)):
            return True
        ids = self._changed_ids(since)
        if len(ids) > MAX_BY_ID and (yield from self._swept(selection, since, gone)):
            return True
        for page in self._client.leads_by_id(sorted(ids - gone.keys(), key=int), selection.fields):
            yield _batch(page, selection)
        return False

    def _swept(
        self, selection: Selection, start: datetime, gone: Mapping[str, Any]
    ) -> Generator[Batch, None, bool]:
        """Read leads by their true last change; return whether the subscription allows it."""
        extract = Extract(self._client, "leads", "lead", self._load)
        spans = list(extract.windows("updatedAt", start, self._as_of))
        # a lead that moves on while windows are read is found in its newest one
        wishes = [Wish(selection.fields, span) for span in reversed(spans)]
        seen = set(gone)
        try:
            for chunk in extract.rows(wishes):
                new = [lead for lead in chunk if str(lead.get("id")) not in seen]
                seen.update(str(lead.get("id")) for lead in new)
                yield _batch(new, selection)
        except VendorError as error:
            if error.code != FILTER_NOT_ALLOWED:
                raise
            return False
        return True

    def _gone(
        self, since: datetime, changes: Iterable[Mapping[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """Return id → flags of the leads that were deleted or merged away."""
        found: dict[str, dict[str, Any]] = {}
        for page in self._client.feed("/rest/v1/activities/deletedleads.json", iso(since)):
            for row in page:
                found[str(row["leadId"])] = {"deleted_at": instant(row.get("activityDate"))}
        for one in changes:
            if str(one.get("activityTypeId")) == self._history.type_id("mergeleads", MERGED):
                listed = str(attributes_of(one.get("attributes")).get("Merge IDs") or "")
                at, winner = instant(one.get("activityDate")), str(one["leadId"])
                for loser in _IDS.findall(listed):
                    found[loser] = {"deleted_at": at, "merged_into": winner}
        return found

    def _changed_ids(self, since: datetime) -> set[str]:
        kinds = {NEW_LEAD, CHANGED_VALUE}
        kinds |= {self._history.type_id("mergeleads", MERGED)}
        changes = self._history.changes(since)
        return {str(row["leadId"]) for row in changes if str(row["activityTypeId"]) in kinds}

    def _flagged(self, gone: Mapping[str, Mapping[str, Any]]) -> Batch:
        """Flag what raw still holds of leads that Marketo no longer lists."""
        ids = sorted(gone)
        marks = ", ".join("?" * len(ids))
        rows = self._raw.rows(f"id IN ({marks})", ids) if ids else []
        flagged = [
            {**row, **gone[str(row["id"])], "is_deleted": True}
            for row in rows
            if not row["is_deleted"] or "merged_into" in gone[str(row["id"])]
        ]
        return Batch(flagged, self._raw.kinds, is_counted=False)


def _batch(leads: Iterable[Mapping[str, Any]], selection: Selection) -> Batch:
    return shaped(leads, selection.shape, "id", selection.kinds)


def _without(table: pa.RecordBatch, ids: set[str]) -> pa.RecordBatch:
    if not ids:
        return table
    is_other = pc.invert(pc.is_in(table.column("id").cast(pa.string()), pa.array(sorted(ids))))
    return table.filter(is_other)


def _instant_of(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)

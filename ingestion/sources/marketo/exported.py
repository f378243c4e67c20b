"""Reads bulk extracts window by window: two jobs at a time, checked, resumed after a kill.

    windows ─▶ jobs in the queue (kept in raw_landing.begun_export) ─▶ file ─▶ rows

Here belongs what outlives a killed run: which job extracts which window. Not here: how a job is
queued and fetched (``vendors.marketo_exports``) and what the rows mean.
"""

from __future__ import annotations

import json
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from ingestion.resources import Load
from ingestion.sources.marketo.bulk_files import read_rows
from ingestion.sources.marketo.values import windows
from vendors.errors import Fault, VendorError
from vendors.marketo import VENDOR, MarketoClient
from vendors.marketo_exports import Export, ExportGone, Exports

AT_ONCE = 2
# an export that is gone or failed is begun anew this often
ATTEMPTS = 3
Chunk = TypeVar("Chunk", bound=Sized)
_TABLE = '"raw_landing"."begun_export"'


@dataclass(frozen=True)
class Wish:
    """One job to be: the columns of its file and Marketo's filter."""

    fields: tuple[str, ...]
    chosen: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The same for the same wish, in any run."""
        return json.dumps([self.fields, self.chosen], sort_keys=True)


class Extract:
    """The bulk extracts of one resource in one run.

    Args:
        client: Marketo.
        kind: ``leads``, ``activities`` or ``program/members``.
        resource: the table that is filled.
        load: the running load.
    """

    def __init__(self, client: MarketoClient, kind: str, resource: str, load: Load) -> None:
        self._exports = Exports(client, kind)
        self._memory = OpenExports(load.context.warehouse, resource)
        self._folder = load.context.pipelines_dir / f"marketo_{resource}"
        self._load, self._resource = load, resource
        load.after.append(self._forget_what_is_home)

    def shown_at(self) -> datetime | None:
        """Return how old the oldest file of a killed run may be; none when there is none.

        What changed since then does not stand in it.
        """
        return min(self._memory.jobs().values(), default=None)

    def begin_anew(self) -> None:
        """Take the jobs of a killed run out of the queue and forget them."""
        left = set(self._memory.jobs())
        self._exports.open |= left
        self._exports.cancel_open()
        self._exports.open -= left
        self._memory.forget(left)

    def _forget_what_is_home(self) -> None:
        if not self._load.outcome(self._resource).error:
            self._memory.forget_all()

    def windows(self, name: str, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
        """Yield filters that cut a span into windows, those of a killed run as they were.

        Args:
            name: the filter, ``createdAt`` or ``updatedAt``.
            start: first second.
            end: last second.
        """
        spans = (one.chosen[name] for one in self._memory.wishes() if name in one.chosen)
        begun = {span["startAt"]: span["endAt"] for span in spans}
        for first, last in windows(start, end, begun):
            yield {name: {"startAt": first, "endAt": last}}

    def rows(self, wishes: Iterable[Wish]) -> Iterator[list[dict[str, Any]]]:
        """Yield chunks of rows of all jobs in order; see ``chunks``."""
        return self.chunks(wishes, read_rows)

    def chunks(
        self, wishes: Iterable[Wish], read: Callable[[Path], Iterator[Chunk]]
    ) -> Iterator[Chunk]:
        """Yield what ``read`` makes of the files of all jobs, in order.

        A run that stops cancels what still runs.

        Args:
            wishes: the jobs to be.
            read: reads a file in chunks that know how many rows they hold.

        Raises:
            VendorError: Marketo refuses, or a file holds fewer rows than Marketo counts.
        """
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        begun: deque[tuple[Wish, str]] = deque()
        try:
            for wish in wishes:
                begun.append((wish, self._begin(wish)))
                if len(begun) >= AT_ONCE:
                    yield from self._finished(*begun.popleft(), read)
            while begun:
                yield from self._finished(*begun.popleft(), read)
        finally:
            self._memory.forget(self._exports.cancel_open())
            shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, wish: Wish) -> str:
        kept = self._memory.job_of(wish)
        if kept:
            return kept
        export_id = self._exports.begin(wish.fields, wish.chosen)
        self._memory.keep(wish, export_id, self._load.context.as_of)
        return export_id

    def _finished(
        self, wish: Wish, export_id: str, read: Callable[[Path], Iterator[Chunk]]
    ) -> Iterator[Chunk]:
        target = self._folder / "export.csv"
        export = self._fetched(wish, export_id, target)
        found = 0
        for chunk in read(target):
            found += len(chunk)
            yield chunk
        if export.rows is not None and found != export.rows:
            sentence = f"Marketo counts {export.rows:,} rows in an export, {found:,} came."
            raise VendorError(VENDOR, Fault.TRUNCATED, sentence)

    def _fetched(self, wish: Wish, export_id: str, target: Path) -> Export:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                export = self._exports.wait(export_id)
                self._exports.fetch(export, target)
                return export
            except ExportGone:
                # cancelled by somebody, failed, or kept by an earlier run for too long
                self._memory.forget({export_id})
                if attempt < ATTEMPTS:
                    export_id = self._begin(wish)
        raise VendorError(VENDOR, Fault.BROKEN, "Marketo's exports end without a file.")


class OpenExports:
    """Which job extracts which wish, kept in the warehouse until the rows are safely in it."""

    def __init__(self, warehouse: Path, resource: str) -> None:
        self._warehouse = warehouse
        self._resource = resource

    def _ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self._warehouse)) as con:
            con.execute(
                f"CREATE TABLE IF NOT EXISTS {_TABLE}"
                " (source VARCHAR, resource VARCHAR, wish VARCHAR, export_id VARCHAR,"
                " begun_at VARCHAR)"
            )
            return con.execute(sql, ["marketo", self._resource, *values]).fetchall()

    def job_of(self, wish: Wish) -> str | None:
        """Return the job that an earlier run began for a wish."""
        sql = f"SELECT export_id FROM {_TABLE} WHERE source = ? AND resource = ? AND wish = ?"
        found = self._ask(sql, [wish.key])
        return str(found[0][0]) if found else None

    def wishes(self) -> list[Wish]:
        """Return what earlier runs began and did not bring home."""
        sql = f"SELECT wish FROM {_TABLE} WHERE source = ? AND resource = ?"
        found = [json.loads(row[0]) for row in self._ask(sql, [])]
        return [Wish(tuple(fields), chosen) for fields, chosen in found]

    def jobs(self) -> dict[str, datetime]:
        """Return the jobs that earlier runs did not bring home, each with its run's instant."""
        sql = f"SELECT export_id, begun_at FROM {_TABLE} WHERE source = ? AND resource = ?"
        return {str(row[0]): datetime.fromisoformat(row[1]) for row in self._ask(sql, [])}

    def keep(self, wish: Wish, export_id: str, begun_at: datetime) -> None:
        """Remember a job."""
        values = [wish.key, export_id, begun_at.isoformat()]
        self._ask(f"INSERT INTO {_TABLE} VALUES (?, ?, ?, ?, ?)", values)

    def forget(self, export_ids: set[str]) -> None:
        """Forget jobs that are gone."""
        for export_id in export_ids:
            sql = f"DELETE FROM {_TABLE} WHERE source = ? AND resource = ? AND export_id = ?"
            self._ask(sql, [export_id])

    def forget_all(self) -> None:
        """Forget every job of the resource: what they brought is in the warehouse."""
        self._ask(f"DELETE FROM {_TABLE} WHERE source = ? AND resource = ?", [])

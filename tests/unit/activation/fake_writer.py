"""An org in memory that speaks the writer protocol and misbehaves on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from activation.writer import RecordState, WriteResult
from vendors.errors import Fault, VendorError


class FakeWriter:
    """Holds records as dicts; `answers` may replace what becomes of one row."""

    def __init__(self, records: dict[str, dict[str, Any]], batch_size: int = 200) -> None:
        self.records = records
        self.batch_size = batch_size
        self.api_calls = 0
        self.allowance: int | None = None
        self.lacking: dict[str, str] = {}
        self.closed: set[str] = set()
        self.locks: dict[str, int] = {}
        self.bad_fields: dict[str, str] = {}
        self.bad_rows: dict[str, str] = {}
        self.cuts: list[str] = []
        self.reads_until_down: int | None = None
        self.before_write: Callable[[], None] = lambda: None
        self.writes: list[list[Mapping[str, Any]]] = []

    def calls_left(self) -> int | None:
        return self.allowance

    def unwritable_fields(self, object_name: str, fields: Sequence[str]) -> dict[str, str]:
        return {field: code for field, code in self.lacking.items() if field in fields}

    def read(
        self, object_name: str, record_ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, RecordState]:
        self.api_calls += 1
        if self.reads_until_down is not None:
            if self.reads_until_down == 0:
                raise VendorError("Fake", Fault.UNREACHABLE, "The fake is down.")
            self.reads_until_down -= 1
        return {
            one: RecordState(
                {field: self.records[one].get(field) for field in fields},
                "CONVERTED_LEAD" if one in self.closed else None,
            )
            for one in record_ids
            if one in self.records
        }

    def write(self, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[WriteResult]:
        assert len(rows) <= self.batch_size
        self.api_calls += 1
        self.before_write()
        self.writes.append(list(rows))
        cut = self.cuts.pop(0) if self.cuts else ""
        if cut == "before":
            return [WriteResult(row["Id"], False, "UNREACHABLE", answered=False) for row in rows]
        results = [self._write_row(row) for row in rows]
        if cut == "after":
            return [WriteResult(row["Id"], False, "UNREACHABLE", answered=False) for row in rows]
        return results

    def _write_row(self, row: Mapping[str, Any]) -> WriteResult:
        record_id = row["Id"]
        if self.locks.get(record_id, 0):
            self.locks[record_id] -= 1
            return WriteResult(record_id, False, "UNABLE_TO_LOCK_ROW", is_locked=True)
        if record_id in self.bad_rows:
            return WriteResult(record_id, False, self.bad_rows[record_id])
        bad = [field for field in row if field in self.bad_fields]
        if bad:
            return WriteResult(record_id, False, self.bad_fields[bad[0]], fields=(bad[0],))
        self.records[record_id].update({k: v for k, v in row.items() if k != "Id"})
        return WriteResult(record_id, True)

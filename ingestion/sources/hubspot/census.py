"""How many live records raw will hold when what was read has landed, to compare with HubSpot's.

Here belongs telling new from known records and counting them. Not here: what follows from a
difference (``objects``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingestion.raw_tables import RawTable
from ingestion.shaping import ms_of
from ingestion.sources.hubspot.rows import Row, id_of, updated_at

# whether it lives, its modification property and its stamp, both as epoch milliseconds
Held = tuple[bool, int | None, int | None]


class Census:
    """What raw knows of records, and how many of them live.

    Args:
        raw: the table as the load found it.
        stamp: the property that tells when a record was modified.
    """

    def __init__(self, raw: RawTable, stamp: str) -> None:
        self._raw = raw
        self._stamp = stamp
        self._moved: dict[str, tuple[bool, bool]] = {}
        self.live = 0
        if not raw.is_empty:
            [(self.live,)] = raw.values("count(*)", "NOT coalesce(archived, false)")

    def news(self, rows: Sequence[Row], *, archived: bool = False) -> list[Row]:
        """Return those of HubSpot's rows that raw does not hold with these stamps and state."""
        known = self._known([id_of(row) for row in rows])
        found = []
        for row in rows:
            held = known.get(id_of(row))
            if held != (not archived, *self._stamps(row)):
                found.append(row)
        return found

    def take(self, rows: Iterable[Row], *, archived: bool = False) -> None:
        """Count records that are about to land."""
        listed = list(rows)
        known = self._known([id_of(row) for row in listed])
        for row in listed:
            record_id = id_of(row)
            self._see(record_id, record_id in known and known[record_id][0], not archived)

    def leave(self, ids: Iterable[str]) -> None:
        """Count records of raw that live no more."""
        for record_id in ids:
            self._see(record_id, True, False)

    def refuse(self, ids: Iterable[str]) -> None:
        """Take back new records that could not be loaded after all."""
        for record_id in ids:
            if self._moved.get(record_id) == (False, True):
                self._see(record_id, False, False)

    def _see(self, record_id: str, was_live: bool, lives: bool) -> None:
        before, now = self._moved.get(record_id, (was_live, was_live))
        self._moved[record_id] = (before, lives)
        self.live += int(lives) - int(now)

    def _known(self, ids: Sequence[str]) -> dict[str, Held]:
        if self._raw.is_empty or not ids:
            return {}
        marks = ", ".join("?" * len(ids))
        columns = f'id, NOT coalesce(archived, false), "{self._stamp}", updated_at'
        rows = self._raw.values(columns, f"id IN ({marks})", ids)
        return {row[0]: (row[1], ms_of(row[2]), ms_of(row[3])) for row in rows}

    def _stamps(self, row: Row) -> tuple[int | None, int | None]:
        stamp = (row.get("properties") or {}).get(self._stamp)
        return ms_of(stamp), ms_of(updated_at(row))

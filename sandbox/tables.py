"""What the vendors' accounts hold: rows by id in memory, with every change noted for the journal.

Belongs here: tables, lookups by a field's value, undo of a group of writes.
Must not: know a vendor's rules or write files (persistence.py does).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Row = dict[str, Any]
Change = tuple[str, str, Row | None]


class Table:
    """Rows of one kind by id. A stored row is never changed in place, only replaced."""

    def __init__(self, name: str, estate: Estate) -> None:
        self.name = name
        self._estate = estate
        self._rows: dict[str, Row] = {}
        self._lookups: dict[str, dict[str, dict[str, None]]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._rows

    def get(self, row_id: str) -> Row | None:
        """Return the row with this id, or None."""
        return self._rows.get(row_id)

    def rows(self) -> list[Row]:
        """Return all rows in the order in which they were first put."""
        return list(self._rows.values())

    def ids(self) -> list[str]:
        """Return all ids in the order in which they were first put."""
        return list(self._rows)

    def put(self, row_id: str, row: Row) -> None:
        """Store a row under its id, replacing an earlier one."""
        before = self._rows.get(row_id)
        self._rows[row_id] = row
        self._reindex(row_id, before, row)
        self._estate.note(self.name, row_id, before, row)

    def remove(self, row_id: str) -> None:
        """Forget a row; unknown ids are ignored."""
        before = self._rows.pop(row_id, None)
        if before is not None:
            self._reindex(row_id, before, None)
            self._estate.note(self.name, row_id, before, None)

    def find(self, field: str, value: object) -> list[str]:
        """Return the ids of rows whose field has this value, ignoring case."""
        if field not in self._lookups:
            lookup: dict[str, dict[str, None]] = {}
            for row_id, row in self._rows.items():
                if row.get(field) is not None:
                    lookup.setdefault(_key(row[field]), {})[row_id] = None
            self._lookups[field] = lookup
        return list(self._lookups[field].get(_key(value), ()))

    def _reindex(self, row_id: str, before: Row | None, after: Row | None) -> None:
        for field, lookup in self._lookups.items():
            old = before.get(field) if before else None
            new = after.get(field) if after else None
            if old is not None:
                lookup.get(_key(old), {}).pop(row_id, None)
            if new is not None:
                lookup.setdefault(_key(new), {})[row_id] = None


class Estate:
    """All tables of all vendors, the changes not yet journalled, and undo for groups of writes.

    ``version`` is another one after every change.
    """

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        self._changes: dict[tuple[str, str], Row | None] = {}
        self._undo: list[Change] | None = None
        self.version = 0

    def table(self, name: str) -> Table:
        """Return the table of this name; it is made when first asked for."""
        if name not in self._tables:
            self._tables[name] = Table(name, self)
        return self._tables[name]

    def table_names(self) -> list[str]:
        """Return the names of all tables."""
        return sorted(self._tables)

    def load(self, name: str, rows: Iterable[tuple[str, Row]]) -> None:
        """Put many rows at once."""
        table = self.table(name)
        for row_id, row in rows:
            table.put(row_id, row)

    def note(self, name: str, row_id: str, before: Row | None, after: Row | None) -> None:
        """Remember one change for the journal and, inside a group, for undo."""
        self.version += 1
        self._changes[name, row_id] = after
        if self._undo is not None:
            self._undo.append((name, row_id, before))

    def take_changes(self) -> list[Change]:
        """Return and forget what changed since the last call."""
        taken = [(name, row_id, row) for (name, row_id), row in self._changes.items()]
        self._changes.clear()
        return taken

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo every write of the block when it raises."""
        self._undo = []
        try:
            yield
        except Exception:
            undo, self._undo = self._undo, None
            for name, row_id, before in reversed(undo):
                self._restore(name, row_id, before)
            raise
        finally:
            self._undo = None

    def _restore(self, name: str, row_id: str, before: Row | None) -> None:
        if before is None:
            self.table(name).remove(row_id)
        else:
            self.table(name).put(row_id, before)


def _key(value: object) -> str:
    return str(value).casefold()

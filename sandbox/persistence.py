"""Keeps the vendors' data in one SQLite file, so that a later start goes on where one ended.

Belongs here: writing changed rows and reading them back. Must not: know what rows mean.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.exchange import json_text
from sandbox.tables import Change, Estate

FILE_NAME = "sandbox.sqlite"


class StateInUse(OSError):
    """Another sandbox holds the file."""


class Journal:
    """The file behind an estate. Every request's changes are one transaction.

    Raises:
        StateInUse: another sandbox runs on this folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        self._connection = sqlite3.connect(path, timeout=0.5, check_same_thread=False)
        try:
            self._open()
        except sqlite3.OperationalError as error:
            self._connection.close()
            if "locked" in str(error):
                raise StateInUse(f"another sandbox runs on {folder}") from error
            raise OSError(f"{path}: {error}") from error

    def _open(self) -> None:
        self._connection.executescript(
            """
            pragma locking_mode = exclusive;
            pragma journal_mode = wal;
            pragma synchronous = normal;
            create table if not exists setting (name text primary key, value text not null);
            create table if not exists row (
                table_name text not null,
                row_id text not null,
                body text not null,
                unique (table_name, row_id)
            );
            begin immediate;
            commit;
            """
        )

    def settings(self) -> dict[str, Any]:
        """Return what a former run has written down about itself; empty on a first run."""
        found = self._connection.execute("select name, value from setting")
        return {name: json.loads(value) for name, value in found}

    def write_settings(self, settings: dict[str, Any]) -> None:
        """Write down what a later run has to know."""
        rows = [(name, json.dumps(value)) for name, value in settings.items()]
        with self._connection:
            self._connection.executemany("insert or replace into setting values (?, ?)", rows)

    def begin_anew(self) -> None:
        """Forget the rows of a first start that was cut off."""
        with self._connection:
            self._connection.execute("delete from row")

    def load(self, estate: Estate) -> None:
        """Put all kept rows into the estate, in the order in which they were first written."""
        found = self._connection.execute("select table_name, row_id, body from row order by rowid")
        for table_name, row_id, body in found:
            estate.table(table_name).put(row_id, json.loads(body))
        estate.take_changes()

    def write(self, changes: Iterable[Change]) -> None:
        """Write changed rows, all or none."""
        kept, gone = [], []
        for table_name, row_id, row in changes:
            if row is None:
                gone.append((table_name, row_id))
            else:
                kept.append((table_name, row_id, json_text(row)))
        if not kept and not gone:
            return
        with self._connection:
            self._connection.executemany(
                "insert into row values (?, ?, ?) "
                "on conflict (table_name, row_id) do update set body = excluded.body",
                kept,
            )
            self._connection.executemany(
                "delete from row where table_name = ? and row_id = ?", gone
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

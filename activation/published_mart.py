"""Publishes the audited marts as one DuckDB file and Parquet copies, swapped in atomically.

Everything is built beside the published files and moved over them only when all of it is whole:
a reader never waits, never sees half, and one that has the file open keeps what it opened.
Belongs here: copying and swapping. Does not: whether the marts may be published (the gate).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

FILE_NAME = "kakehashi.duckdb"
PARQUET_FOLDER = "parquet"
BUILD_FOLDER = ".building"
SCHEMA = "mart"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_WORDS = ("no space left", "disk quota exceeded", "file too large", "not enough disk space")


class PublicationError(Exception):
    """The mart could not be published, said in one plain sentence; the last one still stands."""


@dataclass(frozen=True)
class Publication:
    """What was published: the file readers open, and rows per table."""

    path: Path
    rows: dict[str, int]


def publish(warehouse: Path, published_dir: Path) -> Publication:
    """Publishes every table of schema `mart`.

    The same marts give the same rows in the same order. Leftovers of a publication that was killed
    are removed first.

    Args:
        warehouse: The DuckDB file with the audited marts.
        published_dir: Folder that readers know; made when absent.

    Raises:
        PublicationError: The disk is full, or the warehouse has no marts.
    """
    build = published_dir / BUILD_FOLDER
    with _plain_errors(published_dir):
        shutil.rmtree(build, ignore_errors=True)
        (build / PARQUET_FOLDER).mkdir(parents=True)
        try:
            rows = _build(warehouse, build)
            _swap(build, published_dir, rows)
        finally:
            shutil.rmtree(build, ignore_errors=True)
    return Publication(published_dir / FILE_NAME, rows)


def _build(warehouse: Path, build: Path) -> dict[str, int]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        # The default spills into the working directory, which may be another, read-only disk.
        connection.execute(f"set temp_directory = {_quoted(build / 'spill')}")
        connection.execute(f"attach {_quoted(warehouse)} as warehouse (read_only)")
        tables = _mart_tables(connection)
        if not tables:
            raise PublicationError("The warehouse has no marts to publish; build them first.")
        connection.execute(f"attach {_quoted(build / FILE_NAME)} as published")
        connection.execute(f"create schema published.{SCHEMA}")
        rows = {table: _copy(connection, table, build) for table in tables}
        _copy_comments(connection)
        connection.execute("detach published")
    return rows


def _mart_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        """
        select table_name from duckdb_tables()
        where database_name = 'warehouse' and schema_name = ? order by table_name
        """,
        [SCHEMA],
    ).fetchall()
    return [name for (name,) in found]


def _copy(connection: duckdb.DuckDBPyConnection, table: str, build: Path) -> int:
    """Copies one table into the new file and into Parquet; returns its rows."""
    copy = f'published.{SCHEMA}."{table}"'
    connection.execute(
        f'create table {copy} as select * from warehouse.{SCHEMA}."{table}" order by all'
    )
    target = _quoted(build / PARQUET_FOLDER / f"{table}.parquet")
    connection.execute(f"copy {copy} to {target} (format parquet, compression zstd)")
    row = connection.execute(f"select count(*) from {copy}").fetchone()
    return int(row[0]) if row else 0


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """Carries the models' descriptions over, so that a reader finds them in the file."""
    commented = connection.execute(
        """
        select table_name, null as column_name, comment from duckdb_tables()
        where database_name = 'warehouse' and schema_name = $1 and comment is not null
        union all
        select table_name, c.column_name, c.comment
        from duckdb_columns() as c
        join duckdb_tables() as t using (database_name, schema_name, table_name)
        where database_name = 'warehouse' and schema_name = $1 and c.comment is not null
        """,
        [SCHEMA],
    ).fetchall()
    for table, column, comment in commented:
        place = f'published.{SCHEMA}."{table}"'
        what = f'column {place}."{column}"' if column else f"table {place}"
        connection.execute(f"comment on {what} is {_quoted(comment)}")


def _swap(build: Path, published_dir: Path, rows: dict[str, int]) -> None:
    """Moves the finished files over the published ones and removes tables that are no more."""
    parquet = published_dir / PARQUET_FOLDER
    parquet.mkdir(exist_ok=True)
    for table in rows:
        _sync_file(build / PARQUET_FOLDER / f"{table}.parquet")
    _sync_file(build / FILE_NAME)
    (build / FILE_NAME).replace(published_dir / FILE_NAME)
    for table in rows:
        name = f"{table}.parquet"
        (build / PARQUET_FOLDER / name).replace(parquet / name)
    for stale in parquet.glob("*.parquet"):
        if stale.stem not in rows:
            stale.unlink()


def _sync_file(path: Path) -> None:
    """A swap that survives a power cut must not outrun its content."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _quoted(text: Path | str) -> str:
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def _plain_errors(published_dir: Path) -> Iterator[None]:
    """Turns a full disk, in whatever words it comes, into one sentence."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not _is_disk_full(error):
            raise
        raise PublicationError(
            f"There is no space left to publish the mart in {published_dir}; "
            "free some and run again. The mart published last still stands."
        ) from error


def _is_disk_full(error: Exception) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)

"""Reads the files of the National Tax Agency: five million rows without holding them.

    .zip or .csv ─▶ UTF-8 on disk ─▶ DuckDB reads it ─▶ Arrow, some rows at a time

Here belong encodings, archives and the shape of the file. Not here: the life of a dropped file
(``houjin_bangou``).
"""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
import pyarrow as pa

from ingestion.guards import Rejection
from ingestion.sheets import NotATable
from ingestion.sources.houjin_bangou.contract import FILE_COLUMNS

ROWS_AT_ONCE = 100_000
# the whole country has some 1.5 GB
MAX_UNPACKED_BYTES = 6_000_000_000
_CHUNK = 1 << 20
_MEMORY = "1GB"
_REMEDY = (
    "国税庁 法人番号公表サイトの「基本3情報ダウンロード」から、CSV形式のファイルを"
    "そのまま(zip のまま)入れてください。"
)
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Rows:
    """Some rows in the columns of the file, and what of them is no row."""

    table: pa.Table
    rejected: list[Rejection]


def read_corporations(path: Path, name: str) -> Iterator[Rows]:
    """Yield the rows of a file.

    Args:
        path: the file, zipped or not.
        name: what it is called in rejections.

    Raises:
        NotATable: it is no file of the agency.
    """
    with tempfile.TemporaryDirectory() as scratch:
        for number, source in enumerate(_members(path)):
            plain = Path(scratch) / f"{number}.csv"
            with source as content:
                _write_utf8(content, plain)
            yield from _rows(plain, name, Path(scratch))
            plain.unlink()


def _members(path: Path) -> Iterator[IO[bytes]]:
    """The CSV files in an archive, or the file itself."""
    if not zipfile.is_zipfile(path):
        yield path.open("rb")
        return
    with zipfile.ZipFile(path) as archive:
        listed = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
        if not listed:
            raise NotATable("zip の中に CSV がありません。", _REMEDY)
        if sum(one.file_size for one in listed) > MAX_UNPACKED_BYTES:
            raise NotATable("zip の中身が大きすぎます。", _REMEDY)
        for one in listed:
            try:
                yield archive.open(one)
            except (RuntimeError, zipfile.BadZipFile) as error:
                raise NotATable("zip を開けません(暗号化または破損)。", _REMEDY) from error


def _write_utf8(content: IO[bytes], target: Path) -> None:
    """Decode a file some lines at a time; what has no character becomes U+FFFD."""
    buffered = io.BufferedReader(content, _CHUNK)  # type: ignore[type-var]
    encoding = _encoding(buffered.peek(_CHUNK)[:_CHUNK])
    written = 0
    try:
        with target.open("w", encoding="utf-8", newline="") as out:
            decoded = io.TextIOWrapper(buffered, encoding, "replace", newline="")
            while text := decoded.read(_CHUNK):
                written += out.write(text)
                if written > MAX_UNPACKED_BYTES:
                    raise NotATable("中身が大きすぎます。", _REMEDY)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise NotATable("ファイルが途中で壊れています。", _REMEDY) from error


def _encoding(start: bytes) -> str:
    marked = next((name for bom, name in _BOMS.items() if start.startswith(bom)), None)
    if marked:
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8"


def _lines_to_skip(path: Path) -> int:
    """The heading that an answer of the agency's Web-API has and its files have not."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        first, second = next(reader, []), next(reader, [])
    for skip, cells in enumerate((first, second)):
        if len(cells) == len(FILE_COLUMNS) and cells[1].isdecimal() and len(cells[1]) == 13:
            return skip
    raise NotATable("法人番号公表サイトの CSV(30列、見出しなし)ではありません。", _REMEDY)


@contextmanager
def _reading(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = scratch / "spill"
    with duckdb.connect(":memory:") as con:
        con.execute(f"set memory_limit = '{_MEMORY}'")
        con.execute("set threads = 2")
        con.execute("set temp_directory = $1", [str(spill)])
        yield con
    shutil.rmtree(spill, ignore_errors=True)


def _rows(path: Path, name: str, scratch: Path) -> Iterator[Rows]:
    types = ", ".join(f"'{column}': 'varchar'" for column in FILE_COLUMNS)
    with _reading(scratch) as con:
        found = con.sql(
            f"""
            select *, {_check_digit_fits()} as fits
            from read_csv(
                $1, header = false, columns = {{{types}}}, delim = ',', quote = '"', escape = '"',
                nullstr = '', skip = {_lines_to_skip(path)}, store_rejects = true,
                encoding = 'utf-8', parallel = false
            )
            """,
            params=[str(path)],
        )
        batches: Iterable[pa.RecordBatch] = found.to_arrow_reader(ROWS_AT_ONCE)
        for batch in batches:
            yield _sorted_out(pa.Table.from_batches([batch]), name)
        broken = con.execute("select distinct line from reject_errors order by 1").fetchall()
    if broken:
        reason = "30列の行として読めません"
        yield Rows(
            _no_rows(), [Rejection(f"{name}:{line}", "", reason, "{}") for (line,) in broken]
        )


def _check_digit_fits() -> str:
    """The check digit as SQL: 9 − (the other twelve, odd places from the left twice) mod 9."""
    digits = " + ".join(
        f"{1 + place % 2} * try_cast(substr(corporate_number, {place + 1}, 1) as integer)"
        for place in range(1, 13)
    )
    return (
        "coalesce(length(corporate_number) = 13 and"
        f" 9 - ({digits}) % 9 = try_cast(left(corporate_number, 1) as integer), false)"
    )


def _sorted_out(table: pa.Table, name: str) -> Rows:
    fits = table["fits"]
    wrong = table.filter(pa.compute.invert(fits))
    reason = "法人番号の検査数字が合いません"
    numbers = wrong["sequence_number"].to_pylist()
    rejected = [Rejection(f"{name}:{number}", "corporate_number", reason, "{}")
                for number in numbers]  # fmt: skip
    return Rows(table.filter(fits).drop_columns(["fits"]), rejected)


def _no_rows() -> pa.Table:
    return pa.schema([(name, pa.string()) for name in FILE_COLUMNS]).empty_table()

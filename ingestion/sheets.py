"""Opens a file that somebody dropped: CSV in any of the usual encodings, or .xlsx.

Here belong decoding, sheets and cells as text. Not here: what a header or a value means.
Messages are for the people who drop files, so they are in Japanese.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from ingestion.config import MAX_FILE_BYTES, MAX_FILE_ROWS, MAX_TEXT_CHARS

ENCODINGS = ("utf-8", "cp932", "euc_jp")
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = (",", "\t", ";")
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_BOOK_SUFFIXES = (".xlsx", ".xlsm")
_MAX_UNPACKED = 10 * MAX_FILE_BYTES


class NotATable(Exception):
    """A file cannot be read as a table; says in Japanese why and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows as texts with their numbers, counted from 1 as Excel shows them."""

    name: str
    rows: list[tuple[int, list[str]]]


def readings(path: Path) -> Iterator[list[Sheet]]:
    """Yield the ways in which a file can be read, the likeliest first.

    EUC-JP bytes are often valid CP932 as well, so the caller takes the first reading in which it
    recognises a header.

    Raises:
        NotATable: the file cannot be opened at all.
    """
    suffix = path.suffix.lower()
    if path.stat().st_size > MAX_FILE_BYTES:
        raise NotATable("ファイルが大きすぎます(50MBまで)。分割して入れ直してください。")
    if suffix in _BOOK_SUFFIXES:
        yield _book(path)
    elif suffix in _TEXT_SUFFIXES:
        yield from _texts(path)
    else:
        raise NotATable("CSVまたは.xlsxではありません。.xlsxかCSVで保存し直してください。")


def _texts(path: Path) -> Iterator[list[Sheet]]:
    content = path.read_bytes()
    marked = next((name for bom, name in _BOMS.items() if content.startswith(bom)), None)
    if not content.strip():
        raise NotATable("ファイルが空です。")
    if b"\x00" in content and marked != "utf-16":
        raise NotATable("表ではないファイルです。.xlsxかCSVで保存し直してください。")
    read = False
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        read = True
        yield [Sheet("", _records(text))]
    if not read:
        raise NotATable(
            "文字コードを判別できません。UTF-8またはShift_JISのCSVで保存し直してください。"
        )


def _records(text: str) -> list[tuple[int, list[str]]]:
    csv.field_size_limit(10 * MAX_TEXT_CHARS)
    head = "\n".join(text.splitlines()[:20])
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return _numbered(list(row) for row in reader)
    except csv.Error:
        raise NotATable("CSVとして読めません。.xlsxかCSVで保存し直してください。") from None


def _book(path: Path) -> list[Sheet]:
    _refuse_bombs(path)
    try:
        # values as last computed; formulas and macros are never run
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception:
        # openpyxl lets through whatever a broken archive or broken XML brings about
        raise NotATable(_UNREADABLE_BOOK) from None
    try:
        sheets = []
        for sheet in book.worksheets:
            # some programs write a wrong extent, which would hide rows
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            sheets.append(Sheet(sheet.title, _numbered([*map(_cell, row)] for row in rows)))
        return sheets
    except NotATable:
        raise
    except Exception:
        raise NotATable(_UNREADABLE_BOOK) from None
    finally:
        book.close()


_UNREADABLE_BOOK = "Excelファイルとして開けません。Excelで開いて.xlsxで保存し直してください。"


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise NotATable(_UNREADABLE_BOOK) from None
    if unpacked > _MAX_UNPACKED:
        raise NotATable(
            "展開すると大きすぎるファイルです。必要なシートだけを保存し直してください。"
        )


def _numbered(rows: Iterator[list[str]]) -> list[tuple[int, list[str]]]:
    kept = []
    for number, row in enumerate(rows, start=1):
        if number > MAX_FILE_ROWS:
            raise NotATable(f"行が多すぎます({MAX_FILE_ROWS}行まで)。分割して入れ直してください。")
        cells = [cell.strip() for cell in row]
        if any(cells):
            kept.append((number, cells))
    return kept


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

"""Opens .xlsx workbooks as data: sheets, shared texts, styles; macros and formulas never run.

Here belong the archive, its limits, and what is common to all sheets. openpyxl reads the small
parts; the sheets themselves are streamed (``worksheets``), because openpyxl hands out neither
merged areas nor missing results of formulas while streaming, and takes minutes for a million
lines that are only formatted.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ingestion.config import MAX_FILE_BYTES
from ingestion.sheets import Line, NotATable, Sheet
from ingestion.worksheets import Facts, extent, stream_lines

_MAX_UNPACKED = 10 * MAX_FILE_BYTES
_MAX_SHARED_TEXTS = 4 * MAX_FILE_BYTES
_MAX_PARTS = 5_000
_DOCTYPE_WITHIN = 4_096
_ENCRYPTED = 0x1
UNREADABLE = NotATable(
    "Excelファイルとして開けません(壊れているか、途中までしかありません)。",
    "Excelで開き、.xlsxで保存し直して入れてください。",
)
_TOO_BIG = NotATable(
    "中身が大きすぎるExcelです。", "必要なシートだけを新しいブックに移して入れてください。"
)


def read_book(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook, hidden ones included.

    Raises:
        NotATable: it is broken, too big, protected, or no workbook.
    """
    _refuse_bombs(path)
    try:
        # opened here because openpyxl judges a path by its suffix
        with path.open("rb") as file:
            # values as last computed; formulas and macros are never run
            book: Any = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            facts = _facts(book)
            return [_sheet(path, sheet, facts) for sheet in book.worksheets]
    except Exception:
        # openpyxl lets through whatever a broken archive or broken XML brings about
        raise UNREADABLE from None


def _sheet(path: Path, sheet: Any, facts: Facts) -> Sheet:
    return Sheet(
        sheet.title,
        partial(_lines, path, sheet._worksheet_path, facts),
        is_hidden=sheet.sheet_state != "visible",
        counts_from_1904=facts.epoch == CALENDAR_MAC_1904,
    )


def _facts(book: Any) -> Facts:
    shared: list[str] = next((one._shared_strings for one in book.worksheets), [])
    custom = book._number_formats
    formats = {}
    for style, cell in enumerate(book._cell_styles):
        number = cell.numFmtId
        known = BUILTIN_FORMATS.get(number, "")
        formats[style] = custom[number - 164] if 164 <= number < 164 + len(custom) else known
    return Facts(shared, book.epoch, book._date_formats, book._timedelta_formats, formats)


def _lines(path: Path, part: str, facts: Facts) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(path) as archive:
            with archive.open(part) as stream:
                found = extent(stream)
            with archive.open(part) as stream:
                yield from stream_lines(stream, facts, found)
    except NotATable:
        raise
    except (OSError, EOFError):
        raise UNREADABLE from None
    except Exception:
        # whatever broken XML and broken compression bring about
        raise UNREADABLE from None


def _refuse_bombs(path: Path) -> None:
    """Refuse what unpacks to more than can be meant; zipfile never unpacks more than declared."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                raise NotATable(
                    "パスワードで保護されているため開けません。",
                    "パスワードを外して保存し直したファイルを入れてください。",
                )
            unpacked = sum(part.file_size for part in parts)
            shared = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
            if unpacked > _MAX_UNPACKED or shared > _MAX_SHARED_TEXTS or len(parts) > _MAX_PARTS:
                raise _TOO_BIG
            if any(_declares_a_doctype(archive, part) for part in parts):
                raise UNREADABLE
    except NotATable:
        raise
    except Exception:
        raise UNREADABLE from None


def _declares_a_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part could define entities, by which a small file grows without end."""
    if not part.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(part) as stream:
        return b"<!DOCTYPE" in stream.read(_DOCTYPE_WITHIN)

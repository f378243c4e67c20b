"""Reads CSV and TSV in any of the usual encodings, line by line.

Here belong encodings, delimiters, quotation marks and what programs put around a value. Not here:
what a header or a value means.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

from ingestion.config import MAX_TEXT_CHARS
from ingestion.sheets import MAX_COLUMNS, BadCell, Line, NotATable, Sheet

ENCODINGS = ("utf-8", "cp932", "euc_jp")
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# the escape that begins Japanese in old mail encodings; its bytes are valid UTF-8
_JIS = b"\x1b$"
_DELIMITERS = (",", "\t", ";")
_CHUNK = 1 << 20
_HEAD_LINES = 20
_LOST = re.compile("[\udc80-\udcff]")
# ="03…" is how programs keep Excel from taking a text for a number
_GUARDED = re.compile(r'="([^"]*)"')
_INVISIBLE = "\ufeff\u200b"
_NO_CSV = NotATable(
    "CSVとして読めません。",
    "Excelで開けることを確かめ、.xlsxで保存して入れてください。",
)


def read_texts(path: Path) -> Iterator[list[Sheet]]:
    """Yield the ways in which a text file can be read, the likeliest first.

    Raises:
        NotATable: it is no text, or in no encoding that we know.
    """
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    marked = next((name for bom, name in _BOMS.items() if start.startswith(bom)), None)
    if not start.removeprefix(codecs.BOM_UTF8).strip():
        raise NotATable("ファイルが空です。", "中身を確かめて、入れ直してください。")
    if b"\x00" in start and marked != "utf-16":
        raise NotATable(
            "中身が表ではありません。", "Excel(.xlsx)かCSVで保存し直して入れてください。"
        )
    candidates = (marked,) if marked else ENCODINGS
    if _JIS in start and not marked:
        candidates = ("iso2022_jp_ext", *candidates)
    whole = [name for name in candidates if _lost_share(path, name) == 0]
    for encoding in whole:
        yield from _delimited(path, encoding)
    # some lines are in another encoding than the rest: those are named, the others are read
    damaged = [name for name in candidates if name not in whole and _lost_share(path, name) < 0.1]
    for encoding in damaged:
        yield from _delimited(path, encoding)
    if not whole and not damaged:
        raise NotATable(
            "文字コードを判別できません。",
            "Excelで開いて.xlsxで保存するか、UTF-8のCSVで保存して入れてください。",
        )


def _lost_share(path: Path, encoding: str) -> float:
    """Return the share of lines that hold bytes which are no text in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
        return 0
    except UnicodeError:
        pass
    lost = lines = 0
    try:
        with _opened(path, encoding) as text:
            for line in text:
                lines += 1
                lost += bool(_LOST.search(line))
    except UnicodeError:
        return 1
    return lost / max(lines, 1)


def _opened(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def _delimited(path: Path, encoding: str) -> Iterator[list[Sheet]]:
    with _opened(path, encoding) as text:
        head = "".join(line for line, _ in zip(text, range(_HEAD_LINES), strict=False))
    used = sorted((one for one in _DELIMITERS if one in head), key=head.count, reverse=True)
    for delimiter in used or _DELIMITERS[:1]:
        yield [Sheet("", partial(_lines, path, encoding, delimiter))]


def _lines(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(10 * MAX_TEXT_CHARS)
    with _opened(path, encoding) as text:
        source = _Remembering(text)
        try:
            for number, row in enumerate(csv.reader(source, delimiter=delimiter), start=1):
                cells = [_plain(cell) for cell in row]
                if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                    raise _too_many_columns()
                if source.is_at_end and _is_left_open(source.record, delimiter):
                    cells = [_unclosed(cell) for cell in cells]
                source.record.clear()
                if any(cells):
                    yield Line(number, cells)
        except csv.Error:
            raise _NO_CSV from None


class _Remembering:
    """Hands lines on and keeps those of the record that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.record: list[str] = []
        self.is_at_end = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            self.record.append(next(self._lines))
        except StopIteration:
            self.is_at_end = True
            raise
        return self.record[-1]


def _is_left_open(record: list[str], delimiter: str) -> bool:
    """Whether a quotation mark swallowed everything down to the end of the file."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _plain(cell: str) -> str:
    text = cell.strip().strip(_INVISIBLE).strip()
    if text.startswith("="):
        guarded = _GUARDED.fullmatch(text)
        text = guarded[1].strip() if guarded else text
    if _LOST.search(text):
        shown = text.encode("utf-8", "replace").decode()
        return BadCell(
            shown,
            "文字が壊れています(文字コードがほかの行と違います)。",
            "この行の文字を入力し直してください。",
        )
    return text


def _unclosed(cell: str) -> str:
    if not cell:
        return cell
    return BadCell(
        cell[:100],
        '引用符(")が閉じられていないため、ここから下の行がすべて1つの値になっています。',
        "この行の引用符を直し、ファイル全体を入れ直してください。",
    )


def _too_many_columns() -> NotATable:
    return NotATable(
        f"列が多すぎます({MAX_COLUMNS}列まで)。", "使わない列を削除して入れてください。"
    )

"""Streams the lines of one worksheet out of its XML, with merged areas filled in.

    bytes ─▶ extent: where the last value ends, merged areas ─▶ cells ─▶ lines of texts

Two passes over the bytes, so that a million lines without values cost a search and not a parse.
Not here: the archive (``workbooks``), what the texts mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any
from xml.parsers import expat

from openpyxl.utils.datetime import from_excel

from ingestion.sheets import MAX_COLUMNS, BadCell, Line, NotATable

_CHUNK = 1 << 20
_OVERLAP = 512
# the ends of the elements that hold values and formulas, with or without a prefix
_VALUE_ENDS = (b"v>", b"is>", b"f>")
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_WIDEST_MERGE = 256
_ZEROS = re.compile(r"0[0-]*0")
_ERROR_REMEDY = "Excelで開いて数式を直すか値を入力し、保存し直して入れてください。"


@dataclass(frozen=True)
class Facts:
    """What all sheets of a workbook share."""

    texts: Sequence[str]
    epoch: datetime
    date_styles: set[int]
    duration_styles: set[int]
    formats: dict[int, str]


@dataclass(frozen=True)
class Merge:
    """A merged area; lines from 1, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Extent:
    """Up to which byte a sheet holds values, and its merged areas by their first line."""

    end: int = 0
    merges: list[Merge] = field(default_factory=list)


def extent(stream: IO[bytes]) -> Extent:
    """Search a sheet for its last value and its merged areas."""
    found, position, before = Extent(), 0, b""
    is_wide = False
    while chunk := stream.read(_CHUNK):
        window = before + chunk
        start = position - len(before)
        is_wide = is_wide or (position == 0 and chunk.startswith(_WIDE_TEXT))
        for mark in _VALUE_ENDS:
            at = window.rfind(mark)
            if at >= 0:
                found.end = max(found.end, start + at + len(mark))
        if b"mergeCell" in window:
            found.merges += [_merge(*one) for one in _MERGED.findall(window)]
        position += len(chunk)
        before = window[-_OVERLAP:]
    if is_wide:
        # the marks are not spelled in single bytes there
        found.end = position
    found.merges = sorted(set(found.merges), key=lambda one: (one.top, one.left))
    return found


def _merge(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Merge:
    first, last = _column(left.decode()), _column(right.decode())
    return Merge(int(top), first, int(bottom), min(last, first + _WIDEST_MERGE))


def _column(letters: str) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def stream_lines(stream: IO[bytes], facts: Facts, found: Extent) -> Iterator[Line]:
    """Yield the lines that hold something.

    Raises:
        NotATable: the sheet is wider than any table.
        Exception: whatever broken XML brings about.
    """
    reader, fill, left = _Reader(facts), _Fill(found.merges), found.end
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        left -= len(chunk)
        reader.feed(chunk)
        for number, cells in reader.taken(is_last=left <= 0):
            if cells:
                yield fill.line(number, cells)


class _Fill:
    """Puts the value of a merged area into all its cells."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._coming = list(reversed(merges))
        self._active: list[tuple[Merge, str]] = []

    def line(self, number: int, cells: dict[int, str]) -> Line:
        """Return the line of some cells; lines must come in order."""
        filled = set()
        self._active = [one for one in self._active if one[0].bottom >= number]
        while self._coming and self._coming[-1].top <= number:
            merge = self._coming.pop()
            if merge.top == number and (value := cells.get(merge.left)):
                self._active.append((merge, value))
        for merge, value in self._active:
            for column in range(merge.left, merge.right + 1):
                if column not in cells:
                    cells[column] = value
                    filled.add(column)
        width = max(cells) + 1
        return Line(number, [cells.get(at, "") for at in range(width)], frozenset(filled))


class _Reader:
    """Turns the XML of a sheet into cells, fed piece by piece."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._columns: dict[str, int] = {}
        self._done: list[tuple[int, dict[int, str]]] = []
        self._cells: dict[int, str] = {}
        self._line, self._at = 0, -1
        self._kind, self._style = "", ""
        self._has_formula = self._has_value = self._is_collecting = False
        self._parts: list[str] = []

    def feed(self, chunk: bytes) -> None:
        """Parse some more bytes."""
        self._parser.Parse(chunk, False)

    def taken(self, *, is_last: bool) -> Iterator[tuple[int, dict[int, str]]]:
        """Yield the lines finished since the last call; with the last bytes also the open one."""
        done, self._done = self._done, []
        if is_last:
            self._close_cell()
            done.append((self._line, self._cells))
        yield from done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._open_cell(attributes)
        elif name == "v" or (name == "t" and self._kind == "inlineStr"):
            self._is_collecting = self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            # how a text is read is no part of it
            self._kind = "phonetic"
        elif name == "row":
            self._line = int(attributes.get("r") or self._line + 1)
            self._cells, self._at = {}, -1

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self._is_collecting = False
        elif name == "c":
            self._close_cell()
        elif name == "rPh":
            self._kind = "inlineStr"
        elif name == "row":
            self._done.append((self._line, self._cells))
            self._cells, self._at = {}, -1

    def _text(self, text: str) -> None:
        if self._is_collecting:
            self._parts.append(text)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        if letters and letters not in self._columns:
            self._columns[letters] = _column(letters)
        self._at = self._columns[letters] if letters else self._at + 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._has_formula = self._has_value = False
        self._parts.clear()

    def _close_cell(self) -> None:
        if not (self._has_value or self._has_formula):
            return
        text = "".join(self._parts)
        # a formula whose result is an empty text says so by its kind
        if self._has_formula and not text and self._kind != "str":
            value: str = BadCell(
                "(数式)",
                "数式の計算結果がファイルに保存されていません。",
                "Excelで開いて上書き保存し、もう一度入れてください。",
            )
        else:
            value = _value(text, self._kind, self._style, self._facts)
        self._has_value = self._has_formula = False
        if value:
            if self._at >= MAX_COLUMNS:
                raise NotATable(
                    f"列が多すぎます({MAX_COLUMNS}列まで)。", "使わない列を削除して入れてください。"
                )
            self._cells[self._at] = value


def _value(text: str, kind: str, style: str, facts: Facts) -> str:
    if kind == "s":
        return str(facts.texts[int(text)]).strip() if text else ""
    if kind == "e":
        return BadCell(text, f"数式がエラー({text})になっています。", _ERROR_REMEDY)
    if kind == "b":
        return "TRUE" if text == "1" else "FALSE"
    if kind == "n" and text:
        return _number(text, int(style or 0), facts)
    return text.strip()


def _number(text: str, style: int, facts: Facts) -> str:
    """Return a number as its cell shows it, as far as the meaning depends on it."""
    number = float(text)
    if style in facts.date_styles:
        return _moment(number, style, facts) or text
    if not number.is_integer() or abs(number) >= 10**17:
        return text
    digits = str(int(number))
    pattern = facts.formats.get(style, "")
    # 000-0000 shows zeros that the number itself has lost
    if _ZEROS.fullmatch(pattern) and number >= 0 and len(digits) <= pattern.count("0"):
        rest = iter(digits.zfill(pattern.count("0")))
        return "".join(next(rest) if one == "0" else one for one in pattern)
    return digits


def _moment(number: float, style: int, facts: Facts) -> str:
    try:
        found: Any = from_excel(number, facts.epoch, timedelta=style in facts.duration_styles)
    except (ValueError, OverflowError, TypeError):
        return ""
    if isinstance(found, datetime):
        return found.isoformat(sep=" ", timespec="seconds")
    return found.isoformat() if isinstance(found, date | time) else str(found)

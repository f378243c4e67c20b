"""Finds the table in a dropped file: its header row, wherever it stands, and the rows below.

Here belong title rows, blank lines, several sheets, merged headers and repeated headers. Not here:
opening the file (``readings``) and what the values mean (each source).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from ingestion.config import MAX_FILE_ROWS
from ingestion.file_notes import Problem
from ingestion.headers import Synonyms
from ingestion.readings import readings
from ingestion.sheets import MAX_CELLS, BadCell, Line, NotATable, Sheet

HEADER_WITHIN = 30
IsHeader = Callable[[set[str]], bool]
# what stands in several cells under one merged header is one value; of other columns, such as
# phone numbers, the first counts and the rest is kept beside it
_JOINED = frozenset({"full_name", "full_name_reading", "address", "department", "memo", "message"})
_SHOWN_HEADERS = 20


@dataclass(frozen=True)
class FileRow:
    """One data row: its number from 1 in the file, where it stands, and its cells by column.

    ``counts_from_1904``: whole numbers that mean days count from 1904. ``title`` is what the table
    of its sheet is called, where a source names tables; ``above`` is what stands over its header.
    """

    number: int
    sheet: str
    line: int
    values: dict[str, str]
    extra: dict[str, str]
    headers: Mapping[str, str]
    has_surplus: bool = False
    counts_from_1904: bool = False
    title: str = ""
    above: str = ""

    def problem(self, column: str, reason: str, remedy: str) -> Problem:
        """Return what is wrong with this row, in the words of its own header."""
        return Problem(
            reason,
            remedy,
            sheet=self.sheet,
            row=self.line,
            column=self.headers.get(column, ""),
            value=self.values.get(column, ""),
        )

    @property
    def bad_cell(self) -> Problem | None:
        """The first understood cell whose value nobody can know, if there is one."""
        for column, cell in self.values.items():
            if isinstance(cell, BadCell):
                return self.problem(column, cell.reason, cell.remedy)
        return None


@dataclass(frozen=True)
class _Header:
    """The header of one sheet: per place the column it means (or none) and its text."""

    sheet: Sheet
    line: int
    cells: Sequence[str]
    columns: Sequence[str | None]
    continued: frozenset[int]
    above: str
    title: str = ""

    @property
    def names(self) -> dict[str, str]:
        """Column → the header it stands under."""
        pairs = reversed([*zip(self.columns, self.cells, strict=True)])
        return {column: cell for column, cell in pairs if column}

    @property
    def width(self) -> int:
        """How many places the header covers."""
        return max((at + 1 for at, cell in enumerate(self.cells) if cell), default=0)


@dataclass
class FileTable:
    """The table of a file: its headers by sheet, and the sheets that nobody recognised."""

    headers: list[_Header] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def columns(self) -> set[str]:
        """The columns that some header names."""
        return {column for one in self.headers for column in one.columns if column}

    def name(self, title: Callable[[str, int], str]) -> None:
        """Name the table of each sheet.

        Args:
            title: returns the name for a sheet's name and the number of tables in the file.
        """
        count = len(self.headers)
        self.headers = [replace(one, title=title(one.sheet.name, count)) for one in self.headers]

    @property
    def rows(self) -> Iterator[FileRow]:
        """Read the rows from the top.

        Raises:
            NotATable: the file breaks off, or holds more than can be loaded.
        """
        number = cells = 0
        for header in self.headers:
            names = header.names
            for line in _below(header):
                number += 1
                cells += len(line.cells)
                if number > MAX_FILE_ROWS or cells > MAX_CELLS:
                    raise NotATable(
                        f"行が多すぎます({MAX_FILE_ROWS:,}行まで)。", "分割して入れてください。"
                    )
                yield _row(number, line, header, names)


def read_table(path: Path, synonyms: Synonyms, is_header: IsHeader, needs: str) -> FileTable:
    """Return the table of a file.

    Args:
        path: the file.
        synonyms: which column a header means.
        is_header: tells from the recognised columns whether a row is the header.
        needs: which columns those must be, in Japanese.

    Raises:
        NotATable: no header row was recognised; names the headers found and those expected.
    """
    first: list[Sheet] | None = None
    for sheets in readings(path):
        first = first or sheets
        found = _table(sheets, synonyms, is_header)
        if found is not None:
            return found
    raise _no_header(first or [], synonyms, needs)


def _table(sheets: Sequence[Sheet], synonyms: Synonyms, is_header: IsHeader) -> FileTable | None:
    table = FileTable()
    for sheet in sheets:
        head = list(islice(sheet.lines(), HEADER_WITHIN))
        header = _header(sheet, head, synonyms, is_header)
        if header is not None:
            table.headers.append(header)
        elif _looks_like_data(head) and not sheet.is_hidden:
            remedy = "見出しの名前を直すか、不要なシートなら削除してください。"
            problem = Problem("見出しの行が見つかりません。", remedy, sheet=sheet.name)
            table.problems.append(problem)
    return table if table.headers else None


def _header(
    sheet: Sheet, head: Sequence[Line], synonyms: Synonyms, is_header: IsHeader
) -> _Header | None:
    best, found = 0, None
    for line in head:
        columns = [synonyms.column(cell) if cell else None for cell in line.cells]
        named = {column for column in columns if column}
        if len(named) > best and is_header(named):
            best = len(named)
            # a merged header covers its neighbours to the right
            continued = {at for at in line.filled if at and line.cells[at] == line.cells[at - 1]}
            over = [cell for one in head for cell in one.cells if one.number < line.number]
            above = " ".join(cell for cell in over if cell)
            found = _Header(sheet, line.number, line.cells, columns, frozenset(continued), above)
    return found


def _looks_like_data(head: Sequence[Line]) -> bool:
    own = (
        sum(1 for at, cell in enumerate(one.cells) if cell and at not in one.filled) for one in head
    )
    return sum(count >= 3 for count in own) >= 2


def _below(header: _Header) -> Iterator[Line]:
    for line in header.sheet.lines():
        if line.number > header.line and list(line.cells) != list(header.cells):
            yield line


def _row(number: int, line: Line, header: _Header, names: Mapping[str, str]) -> FileRow:
    values: dict[str, str] = {}
    extra: dict[str, str] = {}
    for at, cell in enumerate(line.cells):
        if not cell:
            continue
        column = header.columns[at] if at < len(header.columns) else None
        if column and column not in values:
            values[column] = cell
        elif column and at in header.continued and _goes_on(column, cell, values[column]):
            values[column] = f"{values[column]} {cell}"
        elif not (column and values[column] == cell):
            title = (header.cells[at] if at < len(header.cells) else "") or f"列{at + 1}"
            extra[_unused(extra, title)] = cell
    # a CSV row longer than its header has slipped; beside a sheet's table people write notes
    surplus = not header.sheet.name and any(line.cells[header.width :])
    return FileRow(
        number, header.sheet.name, line.number, values, extra, names, surplus,
        header.sheet.counts_from_1904, header.title, header.above,
    )  # fmt: skip


def _goes_on(column: str, cell: str, before: str) -> bool:
    return column in _JOINED and cell != before


def _unused(extra: Mapping[str, str], header: str) -> str:
    name, number = header, 2
    while name in extra:
        name, number = f"{header}({number})", number + 1
    return name


def _no_header(sheets: Sequence[Sheet], synonyms: Synonyms, needs: str) -> NotATable:
    lines = [line for sheet in sheets for line in islice(sheet.lines(), 1)]
    found = [cell for line in lines for cell in line.cells if cell][:_SHOWN_HEADERS]
    shown = "、".join(cell[:30] for cell in found) or "なし"
    wanted = "、".join(synonyms.examples.values())
    return NotATable(
        f"見出しの行が見つかりません。ファイルの先頭の行: {shown}",
        f"表の一番上に見出しを付けてください。必要な見出し: {needs}。使える見出しの例: {wanted}",
    )

"""Finds the table in a dropped file: its header row, wherever it stands, and the rows below.

Here belong title rows, blank lines, several sheets and repeated headers. Not here: opening the
file (``sheets``) and what the values mean (each source).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.headers import Synonyms
from ingestion.inbox import Problem
from ingestion.sheets import NotATable, Sheet, readings

HEADER_WITHIN = 30
IsHeader = Callable[[set[str]], bool]


@dataclass(frozen=True)
class FileRow:
    """One data row: its number from 1 in the file, where it stands, and its cells by column."""

    number: int
    sheet: str
    line: int
    values: dict[str, str]
    extra: dict[str, str]
    headers: dict[str, str]
    has_surplus: bool = False

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


@dataclass
class FileTable:
    """The rows of a file, and the sheets that hold something nobody recognised."""

    rows: list[FileRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(path: Path, synonyms: Synonyms, is_header: IsHeader) -> FileTable:
    """Return the table of a file.

    Args:
        path: the file.
        synonyms: which column a header means.
        is_header: tells from the recognised columns whether a row is the header.

    Raises:
        NotATable: no header row was recognised; names the headers found and those expected.
    """
    first: list[Sheet] | None = None
    for sheets in readings(path):
        first = first or sheets
        found = _table(sheets, synonyms, is_header)
        if found is not None:
            return found
    raise NotATable(_no_header(first or [], synonyms))


def _table(sheets: Sequence[Sheet], synonyms: Synonyms, is_header: IsHeader) -> FileTable | None:
    table, recognised = FileTable(), False
    for sheet in sheets:
        at = _header_at(sheet, synonyms, is_header)
        if at is None:
            if _looks_like_data(sheet):
                remedy = "見出しの名前を直すか、不要なシートなら削除してください。"
                table.problems.append(
                    Problem("見出し行が見つかりません。", remedy, sheet=sheet.name)
                )
            continue
        recognised = True
        _collect(table, sheet, at, synonyms)
    return table if recognised else None


def _header_at(sheet: Sheet, synonyms: Synonyms, is_header: IsHeader) -> int | None:
    best, best_at = 0, None
    for at, (_, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
        columns = {column for cell in cells if (column := synonyms.column(cell))}
        if len(columns) > best and is_header(columns):
            best, best_at = len(columns), at
    return best_at


def _looks_like_data(sheet: Sheet) -> bool:
    return sum(sum(map(bool, cells)) >= 3 for _, cells in sheet.rows) >= 2


def _collect(table: FileTable, sheet: Sheet, at: int, synonyms: Synonyms) -> None:
    _, header = sheet.rows[at]
    width = max((i + 1 for i, cell in enumerate(header) if cell), default=0)
    columns = [synonyms.column(cell) if cell else None for cell in header]
    names = {
        column: cell for column, cell in reversed([*zip(columns, header, strict=True)]) if column
    }
    for line, cells in sheet.rows[at + 1 :]:
        if cells == header:
            continue
        values: dict[str, str] = {}
        extra: dict[str, str] = {}
        for i, cell in enumerate(cells):
            column = columns[i] if i < len(columns) else None
            if cell and column and column not in values:
                values[column] = cell
            elif cell:
                extra[_unused(extra, (header[i] if i < len(header) else "") or f"列{i + 1}")] = cell
        table.rows.append(
            FileRow(
                number=len(table.rows) + 1,
                sheet=sheet.name,
                line=line,
                values=values,
                extra=extra,
                headers=names,
                has_surplus=any(cells[width:]),
            )
        )


def _unused(extra: dict[str, str], header: str) -> str:
    name, number = header, 2
    while name in extra:
        name, number = f"{header}({number})", number + 1
    return name


def _no_header(sheets: Sequence[Sheet], synonyms: Synonyms) -> str:
    rows = [cells for sheet in sheets for _, cells in sheet.rows[:1]]
    found = "、".join(cell for cells in rows for cell in cells if cell)[:200] or "なし"
    wanted = "、".join(synonyms.examples.values())
    return f"見出し行が見つかりません。先頭の行: {found}。使える見出しの例: {wanted}"

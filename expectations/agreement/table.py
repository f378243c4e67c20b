"""Reads one agreement table from its CSV file, with line numbers, or says why it cannot be read.

Belongs here: encoding, separators, header, cells per line. Does not: what the cells mean.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expectations.agreement.description import Description
from expectations.agreement.faults import Fault, choice_of, near, shown

SAVE_AS = (
    "Excel で「名前を付けて保存」を選び、ファイルの種類を「CSV UTF-8(コンマ区切り)」にして"
    "保存し直してください。"
)


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins, and its cells by column."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True)
class Table:
    """A table that could be read; a column that the file lacks is missing from `columns`."""

    description: Description
    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def has(self, *columns: str) -> bool:
        """Whether the file has all these columns."""
        return set(columns) <= set(self.columns)

    def fault(self, row: Row | None, column: str, message: str) -> Fault:
        """A fault in this table; without a row it is one of the file as a whole."""
        return Fault(self.path, row.line if row else 0, column, message)


def read_table(path: Path, description: Description) -> tuple[Table | None, list[Fault]]:
    """Reads a file.

    Returns:
        The table, or None when its cells cannot be told apart, and the faults of its form.
    """
    try:
        text = _decoded(path.read_bytes())
        lines = list(_records(text))
    except _Unreadable as error:
        return None, [Fault(path, error.line, "", error.message)]
    except OSError as error:
        return None, [Fault(path, 0, "", f"読めません({error.strerror})。")]
    if not lines:
        expected = ",".join(description.column_names)
        return None, [Fault(path, 0, "", f"空です。1 行目に見出し {expected} を書いてください。")]
    number, header = lines[0]
    faults = list(_header_faults(path, number, header, description))
    faults += _length_faults(path, lines[1:], len(header))
    if len(lines) == 1 and description.needs_rows:
        faults.append(Fault(path, 0, "", "見出しだけで、行がありません。1 行以上書いてください。"))
    rows = tuple(
        Row(line, dict(zip(header, cells, strict=True)))
        for line, cells in lines[1:]
        if len(cells) == len(header)
    )
    return Table(description, path, tuple(header), rows), faults


class _Unreadable(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _Unreadable(0, f"文字コードが UTF-16 です。{SAVE_AS}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    try:
        content.decode("cp932")
    except UnicodeDecodeError:
        raise _Unreadable(line, f"UTF-8 として読めない文字があります。{SAVE_AS}") from None
    raise _Unreadable(line, f"文字コードが Shift_JIS(CP932)です。{SAVE_AS}")


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        message = f'CSV として読めません。引用符 " が閉じているか確かめてください({error})。'
        raise _Unreadable(begins, message) from None


def _header_faults(
    path: Path, line: int, header: list[str], description: Description
) -> Iterator[Fault]:
    known = description.column_names
    if len(header) == 1 and len(known) > 1 and any(mark in header[0] for mark in ";\t、"):
        yield Fault(path, line, "", f"見出しがコンマで区切られていません。{SAVE_AS}")
        return
    for place, name in enumerate(header):
        if name in header[:place]:
            yield Fault(path, line, name, "同じ見出しが 2 回あります。1 つにしてください。")
        elif not name.strip():
            yield Fault(path, line, "", f"{place + 1} 番目の見出しが空です。名前を書いてください。")
        elif name not in known and not description.takes_more_columns:
            unused = [column for column in known if column not in header]
            yield Fault(
                path,
                line,
                name,
                f"この表にない列です。{choice_of(list(known))}{near(name, unused)}",
            )
    for name in known:
        if name not in header:
            yield Fault(path, line, name, f"この列がありません。見出しに {name} を足してください。")


def _length_faults(path: Path, lines: list[tuple[int, list[str]]], expected: int) -> list[Fault]:
    return [
        Fault(
            path,
            line,
            "",
            f"{shown(cells[0])}で始まる行の欄は {len(cells)} 個ですが、見出しは {expected} 個です。"
            'コンマを含む値は "" で囲んでください。',
        )
        for line, cells in lines
        if len(cells) != expected
    ]

"""Finds the answered rows of a Friday workbook, and the question that each of them answers.

    visible sheets ─▶ header (hidden names, else the words people see) ─▶ rows with something typed
    hidden sheet   ─▶ number or finding_id ─▶ what was asked, about which records, when

People sort, filter, insert rows and columns, delete columns and copy the file; what a row is about
is told by its number and its hidden id, which must agree. Not here: what was answered
(``answers``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path

from openpyxl import load_workbook

from ingestion.file_tables import HEADER_WITHIN, FileRow, FileTable
from ingestion.headers import Synonyms
from ingestion.readings import readings
from ingestion.sheets import Line, NotATable, Sheet

HEADERS = Path(__file__).parent / "decision_headers.csv"
_TYPED = ("decision", "value", "comment")
_FINDING = re.compile(r"finding_[0-9a-f]{24}")
_FRESH = "配られた decisions.xlsx を開き直し、同じ番号の行に記入して入れてください。"


@dataclass(frozen=True)
class Asked:
    """What the workbook asked: by finding and by number, and when it was handed out."""

    at: str = ""
    by_id: Mapping[str, dict[str, str]] = field(default_factory=dict)
    by_number: Mapping[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class AnsweredWorkbook(FileTable):
    """The rows in which somebody typed something."""

    answers: Sequence[FileRow] = ()

    @property
    def rows(self) -> Iterator[FileRow]:
        """The answered rows in the order of the sheets."""
        return iter(self.answers)


@cache
def header_words() -> Synonyms:
    """Return which column a header of the workbook means."""
    return Synonyms(HEADERS)


def read_workbook(path: Path) -> AnsweredWorkbook:
    """Return the answered rows of a workbook.

    Raises:
        NotATable: no sheet has the columns of the workbook that we hand out.
    """
    for sheets in readings(path):
        asked = _asked(sheets)
        tables = [found for sheet in sheets if (found := _Table.of(sheet)) is not None]
        if tables:
            common = {"file_mark": _mark(path), "edited_at": _edited_at(path, asked.at)}
            rows = [row for table in tables for row in table.answered(asked, common)]
            numbered = [replace(row, number=at) for at, row in enumerate(rows, start=1)]
            return AnsweredWorkbook(answers=_once_each(numbered))
    raise NotATable(
        "金曜データ整備の判断シートではありません(「番号」と「判断」の列が見つかりません)。",
        "レポートと一緒に配られた decisions.xlsx に記入して入れてください。",
    )


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _edited_at(path: Path, asked_at: str) -> str:
    """When the file was last saved: as it says itself, else as the disk does."""
    try:
        said = load_workbook(path, read_only=True).properties.modified
    except Exception:
        # a CSV, or a workbook whose properties are broken; its sheets were read all the same
        said = None
    if said is not None and (moment := said.replace(tzinfo=UTC).isoformat()) != asked_at:
        return moment
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()


def _asked(sheets: Sequence[Sheet]) -> Asked:
    """Read the sheet that nobody sees; without it the hidden columns must do."""
    for sheet in sheets:
        lines = sheet.lines()
        first = next(lines, None)
        if first is None or first.cells[0] != "asked_at" or len(first.cells) < 2:
            continue
        names = next(lines, Line(2, [])).cells
        rows = [dict(zip(names, line.cells, strict=False)) for line in lines]
        return Asked(
            at=first.cells[1],
            by_id={row["finding_id"]: row for row in rows},
            by_number={row["number"]: row for row in rows},
        )
    return Asked()


@dataclass(frozen=True)
class _Table:
    """One sheet with its header: per place the column it means, and what people call it."""

    sheet: Sheet
    below: int
    columns: Sequence[str | None]
    labels: Sequence[str]
    is_ours: Sequence[bool]
    heads: Sequence[Sequence[str]]

    @classmethod
    def of(cls, sheet: Sheet) -> _Table | None:
        """Return the table of a sheet, or none if it has no header of ours."""
        heads = [line for line in islice(sheet.lines(), HEADER_WITHIN) if _is_header(line)]
        if not heads:
            return None
        width = max(len(line.cells) for line in heads)
        stacked = [[*line.cells, *[""] * (width - len(line.cells))] for line in heads]
        columns = [
            next(filter(None, (header_words().column(cell) for cell in cells if cell)), None)
            for cells in zip(*stacked, strict=True)
        ]
        is_ours = [bool(cell) for cell in stacked[0]]
        texts = [line.cells for line in heads]
        return cls(sheet, heads[-1].number, columns, stacked[-1], is_ours, texts)

    @property
    def names(self) -> dict[str, str]:
        """Column → what stands above it."""
        pairs = reversed([*zip(self.columns, self.labels, strict=True)])
        return {column: label for column, label in pairs if column}

    def answered(self, asked: Asked, common: Mapping[str, str]) -> Iterator[FileRow]:
        """Yield the rows in which somebody typed something, with what they were asked."""
        for line in self.sheet.lines():
            if line.number <= self.below or line.cells in self.heads:
                continue
            values, extra = self._cells(line)
            if any(values.get(name) for name in _TYPED) or extra:
                yield FileRow(
                    number=0,
                    sheet=self.sheet.name,
                    line=line.number,
                    values={**values, **_question(values, asked), **common, "asked_at": asked.at},
                    extra=extra,
                    headers=self.names,
                )

    def _cells(self, line: Line) -> tuple[dict[str, str], dict[str, str]]:
        """Return the cells by column, and what stands in columns that somebody added."""
        values: dict[str, str] = {}
        extra: dict[str, str] = {}
        for at, cell in enumerate(line.cells):
            column = self.columns[at] if at < len(self.columns) else None
            if cell and column:
                values.setdefault(column, cell)
            elif cell and not (at < len(self.is_ours) and self.is_ours[at]):
                label = self.labels[at] if at < len(self.labels) else ""
                extra[label or f"列{at + 1}"] = cell
        return values, extra


def _is_header(line: Line) -> bool:
    columns = {header_words().column(cell) for cell in line.cells if cell}
    return "decision" in columns and bool(columns & {"number", "finding_id"})


def _question(values: Mapping[str, str], asked: Asked) -> dict[str, str]:
    """Return what a row was asked about, or the fault that hides it."""
    number, finding_id = values.get("number", ""), values.get("finding_id", "")
    if not asked.by_id:
        return _from_hidden_columns(values, finding_id)
    by_id, by_number = asked.by_id.get(finding_id), asked.by_number.get(number)
    if by_id and by_number and by_id is not by_number:
        return _fault(
            "number", "番号と行のIDが食い違っています(一部の列だけを並べ替えた可能性があります)。"
        )
    if finding_id and not by_id:
        return _fault("finding_id", "行のID(隠し列)が書き換わっています。")
    found = by_id or by_number
    if not found:
        return _fault("number", "どの行への判断か分かりません(番号も行のIDもありません)。")
    shown = values.get("proposed_value")
    if shown is not None and shown != found.get("proposed_value"):
        remedy = "提案値は元に戻し、「別の値」の判断を選んで、値の列に書いてください。"
        fault = _fault("proposed_value", "提案値が書き換えられています。", remedy)
        return {**found, "proposed_value": shown, **fault}
    return found


def _from_hidden_columns(values: Mapping[str, str], finding_id: str) -> dict[str, str]:
    if not _FINDING.fullmatch(finding_id) or not values.get("rule_id"):
        return _fault("finding_id", "行のID(隠し列)がありません。")
    keys = [*values.get("evidence", "").split("\n"), "", ""]
    is_pair = "duplicate" in values["rule_id"] or "contradicted" in values["rule_id"]
    return {"record_key_a": keys[0], "record_key_b": keys[1] if is_pair else ""}


def _fault(column: str, reason: str, remedy: str = _FRESH) -> dict[str, str]:
    return {"fault": reason, "fault_column": column, "fault_remedy": remedy}


def _once_each(rows: Sequence[FileRow]) -> list[FileRow]:
    """Fold rows that answer one question alike; those that do not are told, all of them."""
    by_question: dict[str, list[FileRow]] = {}
    for row in rows:
        key = row.values.get("finding_id") or f"line {row.number}"
        by_question.setdefault(key, []).append(row)
    return [row for alike in by_question.values() for row in _folded(alike)]


def _folded(rows: Sequence[FileRow]) -> Sequence[FileRow]:
    answers = {(row.values.get("decision", ""), row.values.get("value", "")) for row in rows}
    if len(rows) == 1 or any("fault" in row.values for row in rows):
        return rows
    if len(answers) > 1:
        places = "、".join(f"シート「{row.sheet}」{row.line}行目" for row in rows)
        return [
            replace(row, values={**row.values, **_fault(
                "decision",
                f"同じ番号の行が複数あり、判断が違います({places})。",
                "1つだけ残して、ほかの行の判断を消してください。",
            )})
            for row in rows
        ]  # fmt: skip
    comments = dict.fromkeys(row.values.get("comment", "") for row in rows)
    told = "\n".join(filter(None, comments))
    return [replace(rows[0], values={**rows[0].values, "comment": told})]

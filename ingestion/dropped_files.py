"""Reads the files of one inbox folder into one raw table.

Here belongs the life of a file: new, seen, changed, dropped twice, partly bad, no table at all.
A file is read to its end before its first row is handed on, so that one that breaks off in the
middle loads nothing; its rows wait on disk meanwhile. Files are moved only after their rows are in
the warehouse. Not here: what the cells mean.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from ingestion.contracts import TableContract
from ingestion.file_notes import Problem
from ingestion.file_tables import FileRow, FileTable
from ingestion.guards import Rejection
from ingestion.inbox import DroppedFile, Inbox
from ingestion.resources import Batch, Load
from ingestion.shaping import json_of
from ingestion.sheets import NotATable

ROWS_AT_ONCE = 5_000
_SHOWN_LINES = 10
_JSON_CHARS = 4_000
_LINK = Problem(
    "ファイルそのものではなく、リンク(ショートカット)です。",
    "元のファイルをコピーして入れてください。",
)

_STRANGE = Problem(
    "このファイルは読み取れませんでした。",
    "Excelで開けることを確かめ、.xlsxで保存し直して入れてください。",
)
# what a file of a kind that nobody thought of may bring about; it must stop no other
_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

ReadTable = Callable[[Path], FileTable]
ShapeRow = Callable[[FileRow], dict[str, Any] | Problem]
Skip = Callable[[FileRow], bool]


@dataclass
class ParsedFile:
    """The good rows of a file, waiting on disk, and what is wrong with the others."""

    spool: IO[bytes]
    loaded: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    def keep(self, rows: list[dict[str, Any]]) -> None:
        """Put some rows aside."""
        pickle.dump(rows, self.spool, protocol=pickle.HIGHEST_PROTOCOL)
        self.loaded += len(rows)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows, the rejections with the last ones."""
        self.spool.seek(0)
        left = self.loaded
        while left > 0:
            # written by this very run, never by anybody else
            rows = pickle.load(self.spool)
            left -= len(rows)
            yield Batch(rows)
        yield Batch([], rejected=self.rejected)


def read_dropped(
    inbox: Path,
    load: Load,
    contract: TableContract,
    read_table: ReadTable,
    shape: ShapeRow,
    state: dict[str, Any],
    *,
    skip: Skip = lambda row: False,
) -> Iterator[Batch]:
    """Yield the rows of every file that the warehouse does not hold yet, file by file.

    Args:
        inbox: the folder.
        load: the running load; moving the files waits for its end.
        contract: the raw table, whose rows of one file are replaced as a whole.
        read_table: finds the table in a file.
        shape: turns a row into column values, or says what is wrong with it.
        state: ``files`` maps each loaded name to its content, ``bad`` those that were no table,
            ``hashes`` what the files looked like when they were last read.
        skip: tells rows that are no data (totals), which are counted and left out.
    """
    yield from _Reading(inbox, load, contract, read_table, shape, skip, state).batches()


class _Reading:
    """One run over one inbox folder."""

    def __init__(
        self,
        inbox: Path,
        load: Load,
        contract: TableContract,
        read_table: ReadTable,
        shape: ShapeRow,
        skip: Skip,
        state: dict[str, Any],
    ) -> None:
        self._box = Inbox(inbox, state.get("hashes"))
        self._load, self._contract = load, contract
        self._read_table, self._shape, self._skip = read_table, shape, skip
        self._state = state
        self._loaded: dict[str, str] = dict(state.get("files") or {})
        self._bad: dict[str, str] = dict(state.get("bad") or {})

    def batches(self) -> Iterator[Batch]:
        """Yield the rows of the files in the order of their names."""
        listing = self._box.listing()
        for name, reason in listing.waiting.items():
            self._remark(f"{name} {reason}; it waits.")
        for name in listing.folders:
            self._remark(f"{name} is a folder; its files are not read.")
            self._load.after.append(partial(self._box.explain_folder, name))
        for same_name in listing.files:
            for file in same_name:
                is_settled = yield from self._one(file)
                if is_settled:
                    break
        self._state.update(files=self._loaded, bad=self._bad, hashes=self._box.hashes)

    def _one(self, file: DroppedFile) -> Generator[Batch, None, bool]:
        """Yield the rows of one file; return whether older files of its name count no more."""
        is_known = self._loaded.get(file.name) == file.sha256
        if is_known and file.place:
            return True
        if file.sha256 in self._loaded.values() and file.name not in self._loaded:
            self._load.after.append(partial(self._box.accept_copy, file))
            return True
        if file.place and self._bad.get(file.name) == file.sha256:
            return False
        with tempfile.TemporaryFile() as spool:
            parsed = ParsedFile(spool)
            try:
                self._parse(parsed, file)
            except OSError as error:
                # who may not read a file may not move it either; the next run tries again
                self._remark(f"{file.name} cannot be read ({type(error).__name__}); it waits.")
                return True
            except (NotATable, *_UNFORESEEN) as error:
                yield self._refused(file, error)
                return False
            yield from [Batch([], rejected=parsed.rejected)] if is_known else parsed.batches()
            self._accept(file, parsed)
        return True

    def _parse(self, parsed: ParsedFile, file: DroppedFile) -> None:
        if not file.sha256:
            raise NotATable(_LINK.reason, _LINK.remedy)
        table = self._read_table(file.path)
        parsed.problems += table.problems
        rows: list[dict[str, Any]] = []
        for row in table.rows:
            if self._skip(row):
                parsed.skipped.append(row.line)
                continue
            shaped = row.bad_cell or self._shape(row)
            if isinstance(shaped, Problem):
                parsed.problems.append(shaped)
                parsed.rejected.append(_row_rejection(file, row, shaped))
                continue
            rows.append(_completed(file, row, shaped))
            if len(rows) == ROWS_AT_ONCE:
                parsed.keep(rows)
                rows = []
        parsed.keep(rows)

    def _accept(self, file: DroppedFile, parsed: ParsedFile) -> None:
        """Note that a file is loaded, and plan where it goes."""
        self._loaded[file.name] = file.sha256
        self._bad.pop(file.name, None)
        self._forget_rejections(file.name)
        if parsed.skipped:
            lines = list(dict.fromkeys(parsed.skipped))
            shown = ", ".join(map(str, lines[:_SHOWN_LINES]))
            told = f"{file.name}: {len(lines)} rows of totals left out (line {shown})."
            self._load.outcome(self._contract.resource).told.append(told)
        step = partial(self._box.accept, file)
        if parsed.problems:
            self._remark(f"{file.name}: {len(parsed.problems)} problems, see rejected/.")
            step = partial(self._box.reject, file, parsed.problems, loaded=parsed.loaded)
        self._load.after.append(step)

    def _refused(self, file: DroppedFile, error: Exception) -> Batch:
        self._bad[file.name] = file.sha256
        problem, what = _STRANGE, f"cannot be read ({type(error).__name__})"
        if isinstance(error, NotATable):
            problem, what = Problem(error.reason, error.remedy), "is not a table that can be read"
        self._remark(f"{file.name} {what}, see rejected/.")
        self._load.after.append(partial(self._box.reject, file, [problem], loaded=0))
        return Batch([], rejected=[Rejection(file.name, "", problem.reason, "{}")])

    def _remark(self, sentence: str) -> None:
        outcome = self._load.outcome(self._contract.resource)
        outcome.remark = f"{outcome.remark} {sentence}" if outcome.remark else sentence

    def _forget_rejections(self, name: str) -> None:
        before = self._load.rejected_before.get(self._contract.resource, ())
        gone = [one for one in before if one == name or one.startswith(f"{name}:")]
        self._load.outcome(self._contract.resource).healed.update(gone)


def _completed(file: DroppedFile, row: FileRow, shaped: dict[str, Any]) -> dict[str, Any]:
    return {
        **shaped,
        "row_id": f"{file.name}:{row.number}",
        "file_name": file.name,
        "sheet_name": row.sheet or None,
        "row_number": row.number,
        "extra_json": json_of(row.extra) if row.extra else None,
        "file_sha256": file.sha256,
    }


def _row_rejection(file: DroppedFile, row: FileRow, problem: Problem) -> Rejection:
    cells = json_of({**row.values, **row.extra}) or "{}"
    return Rejection(
        f"{file.name}:{row.number}", problem.column, problem.reason, cells[:_JSON_CHARS]
    )

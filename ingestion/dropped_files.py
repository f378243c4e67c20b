"""Reads the files of one inbox folder into one raw table.

Here belongs the life of a file: new, seen, changed, dropped twice, partly bad, no table at all.
A file is read to its end before its first row is handed on, so that one that breaks off in the
middle loads nothing; its rows wait on disk meanwhile. Files are moved only after their rows are in
the warehouse. Not here: what the cells mean.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
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
_LINK = Problem(
    "ファイルそのものではなく、リンク(ショートカット)です。",
    "元のファイルをコピーして入れてください。",
)

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
    skipped: int = 0

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
    box = Inbox(inbox, state.get("hashes"))
    loaded, bad = dict(state.get("files") or {}), dict(state.get("bad") or {})
    listing = box.listing()
    for name, reason in listing.waiting.items():
        _remark(load, contract, f"{name} {reason}; it waits.")
    for name in listing.folders:
        _remark(load, contract, f"{name} is a folder; its files are not read.")
        load.after.append(partial(box.explain_folder, name))
    for same_name in listing.files:
        for file in same_name:
            is_known = loaded.get(file.name) == file.sha256
            if is_known and file.place:
                break
            if file.sha256 in loaded.values() and file.name not in loaded:
                load.after.append(partial(box.accept_copy, file))
                break
            if file.place and bad.get(file.name) == file.sha256:
                continue
            with tempfile.TemporaryFile() as spool:
                parsed = ParsedFile(spool)
                try:
                    _parse(parsed, file, read_table, shape, skip)
                except (NotATable, OSError) as error:
                    bad[file.name] = file.sha256
                    yield _refused(box, load, contract, file, error)
                    continue
                if not is_known:
                    yield from parsed.batches()
                else:
                    yield Batch([], rejected=parsed.rejected)
                loaded[file.name] = file.sha256
                bad.pop(file.name, None)
                _accepted(box, load, contract, file, parsed)
            break
    state.update(files=loaded, bad=bad, hashes=box.hashes)


def _parse(
    parsed: ParsedFile, file: DroppedFile, read_table: ReadTable, shape: ShapeRow, skip: Skip
) -> None:
    if not file.sha256:
        raise NotATable(_LINK.reason, _LINK.remedy)
    table = read_table(file.path)
    parsed.problems += table.problems
    rows: list[dict[str, Any]] = []
    for row in table.rows:
        if skip(row):
            parsed.skipped += 1
            continue
        shaped = row.bad_cell or shape(row)
        if isinstance(shaped, Problem):
            parsed.problems.append(shaped)
            parsed.rejected.append(_row_rejection(file, row, shaped))
            continue
        rows.append(_completed(file, row, shaped))
        if len(rows) == ROWS_AT_ONCE:
            parsed.keep(rows)
            rows = []
    parsed.keep(rows)


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


def _accepted(
    box: Inbox, load: Load, contract: TableContract, file: DroppedFile, parsed: ParsedFile
) -> None:
    """Plan where a file goes."""
    _forget_rejections(load, contract, file.name)
    if parsed.skipped:
        load.outcome(contract.resource).told.append(
            f"{file.name}: {parsed.skipped} rows of totals left out."
        )
    if parsed.problems:
        count = len(parsed.problems)
        _remark(load, contract, f"{file.name}: {count} problems, see rejected/.")
        step = partial(box.reject, file, parsed.problems, loaded=parsed.loaded)
    else:
        step = partial(box.accept, file)
    load.after.append(step)


def _refused(
    box: Inbox, load: Load, contract: TableContract, file: DroppedFile, error: Exception
) -> Batch:
    if isinstance(error, OSError):
        # who may not read a file may not move it either; it stays and is tried again
        _remark(load, contract, f"{file.name} cannot be read ({type(error).__name__}); it waits.")
        return Batch([])
    assert isinstance(error, NotATable)
    _remark(load, contract, f"{file.name} is not a table that can be read, see rejected/.")
    problem = Problem(error.reason, error.remedy)
    load.after.append(partial(box.reject, file, [problem], loaded=0))
    return Batch([], rejected=[Rejection(file.name, "", error.reason, "{}")])


def _remark(load: Load, contract: TableContract, sentence: str) -> None:
    outcome = load.outcome(contract.resource)
    outcome.remark = f"{outcome.remark} {sentence}" if outcome.remark else sentence


def _forget_rejections(load: Load, contract: TableContract, name: str) -> None:
    before = sorted(load.rejected_before.get(contract.resource, ()))
    gone = [one for one in before if one == name or one.startswith(f"{name}:")]
    load.outcome(contract.resource).healed.update(gone)


def _row_rejection(file: DroppedFile, row: FileRow, problem: Problem) -> Rejection:
    cells = json_of({**row.values, **row.extra}) or "{}"
    return Rejection(f"{file.name}:{row.number}", problem.column, problem.reason, cells)

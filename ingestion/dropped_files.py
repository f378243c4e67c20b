"""Reads the files of one inbox folder into one raw table.

Here belongs the life of a file: new, seen, changed, dropped twice, partly bad, no table at all.
Files are moved only after their rows are in the warehouse. Not here: what the cells mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ingestion.contracts import TableContract
from ingestion.file_tables import FileRow, FileTable
from ingestion.guards import Rejection
from ingestion.inbox import DroppedFile, Inbox, Problem
from ingestion.resources import Batch, Load
from ingestion.shaping import json_of
from ingestion.sheets import NotATable

NOT_A_TABLE_REMEDY = "1行に1件、見出し行のある表にしてください。"


@dataclass
class ParsedFile:
    """The good rows of a file, and what is wrong with the others."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    bad: list[tuple[FileRow, Problem]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def all_problems(self) -> list[Problem]:
        """Everything to tell the person who dropped the file."""
        return [*self.problems, *(problem for _, problem in self.bad)]


ReadTable = Callable[[Path], FileTable]
ShapeRow = Callable[[FileRow], dict[str, Any] | Problem]


def read_dropped(
    inbox: Inbox,
    load: Load,
    contract: TableContract,
    read_table: ReadTable,
    shape: ShapeRow,
    state: dict[str, Any],
) -> Iterator[Batch]:
    """Yield the rows of every file that the warehouse does not hold yet, file by file.

    Args:
        inbox: the folder.
        load: the running load; moving the files waits for its end.
        contract: the raw table, whose rows of one file are replaced as a whole.
        read_table: finds the table in a file.
        shape: turns a row into column values, or says what is wrong with it.
        state: ``files`` maps each loaded name to its content, ``bad`` those that were no table.
    """
    loaded = dict(state.get("files") or {})
    bad = dict(state.get("bad") or {})
    for same_name in inbox.files():
        for file in same_name:
            is_known = loaded.get(file.name) == file.sha256
            if is_known and file.place:
                break
            if file.sha256 in loaded.values() and file.name not in loaded:
                load.after.append(partial(inbox.accept_copy, file))
                break
            if file.place and bad.get(file.name) == file.sha256:
                continue
            try:
                parsed = _parsed(file, read_table, shape)
            except NotATable as error:
                bad[file.name] = file.sha256
                yield _refused(inbox, load, contract, file, str(error))
                continue
            loaded[file.name] = file.sha256
            bad.pop(file.name, None)
            yield _accepted(inbox, load, contract, file, parsed, is_known=is_known)
            break
    state["files"], state["bad"] = loaded, bad


def _parsed(file: DroppedFile, read_table: ReadTable, shape: ShapeRow) -> ParsedFile:
    table = read_table(file.path)
    parsed = ParsedFile(problems=list(table.problems))
    for row in table.rows:
        shaped = shape(row)
        if isinstance(shaped, Problem):
            parsed.bad.append((row, shaped))
        else:
            parsed.rows.append(_completed(file, row, shaped))
    return parsed


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
    inbox: Inbox,
    load: Load,
    contract: TableContract,
    file: DroppedFile,
    parsed: ParsedFile,
    *,
    is_known: bool,
) -> Batch:
    """Plan where a file goes; one dropped again, or left by a killed run, brings no rows."""
    _forget_rejections(load, contract, file.name)
    if problems := parsed.all_problems:
        _remark(load, contract, f"{file.name}: {len(problems)} problems, see rejected/.")
        step = partial(inbox.reject, file, problems, loaded=len(parsed.rows))
    else:
        step = partial(inbox.accept, file)
    load.after.append(step)
    rows = [] if is_known else parsed.rows
    return Batch(rows, rejected=[_row_rejection(file, *one) for one in parsed.bad])


def _refused(
    inbox: Inbox, load: Load, contract: TableContract, file: DroppedFile, reason: str
) -> Batch:
    _remark(load, contract, f"{file.name} is not a table that can be read, see rejected/.")
    problem = Problem(reason, NOT_A_TABLE_REMEDY)
    load.after.append(partial(inbox.reject, file, [problem], loaded=0))
    return Batch([], rejected=[Rejection(file.name, "", reason, "{}")])


def _remark(load: Load, contract: TableContract, sentence: str) -> None:
    outcome = load.outcome(contract.resource)
    outcome.remark = f"{outcome.remark} {sentence}" if outcome.remark else sentence


def _forget_rejections(load: Load, contract: TableContract, name: str) -> None:
    before: Sequence[str] = sorted(load.rejected_before.get(contract.resource, ()))
    gone = [one for one in before if one == name or one.startswith(f"{name}:")]
    load.outcome(contract.resource).healed.update(gone)


def _row_rejection(file: DroppedFile, row: FileRow, problem: Problem) -> Rejection:
    cells = json_of({**row.values, **row.extra}) or "{}"
    return Rejection(f"{file.name}:{row.number}", problem.column, problem.reason, cells)

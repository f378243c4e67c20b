"""Corporate numbers (法人番号): the National Tax Agency's files, as an optional reference.

    inbox/reference/*.zip, *.csv ─▶ bulk_files ─▶ raw_houjin_bangou.corporation
                                        └▶ rejected/ with a Japanese note

Off unless the folder exists. Files of the whole country, of a prefecture and of single days may lie
there together: a row is an event of a company, told by number, day and kind, so that the order in
which files come makes no difference. Run standalone: ``python -m ingestion.sources.houjin_bangou``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.file_notes import Problem
from ingestion.guards import Rejection
from ingestion.inbox import DroppedFile, Inbox
from ingestion.resources import Batch, Load
from ingestion.sheets import NotATable
from ingestion.sources.houjin_bangou.bulk_files import read_corporations
from ingestion.sources.houjin_bangou.contract import TABLES

__all__ = ["build_source", "houjin_bangou", "is_configured"]

FOLDER = "reference"


def is_configured(context: LoadContext) -> bool:
    """Whether there is a folder for reference files."""
    return (context.inbox_dir / FOLDER).is_dir()


def build_source(load: Load) -> DltSource:
    """Return the dlt source."""
    return houjin_bangou(load)


@dlt.source(name="houjin_bangou")
def houjin_bangou(load: Load) -> list[object]:
    """Return the one resource: the events of all files."""
    read = partial(read_reference, load.context.inbox_dir / FOLDER, load)
    return [load.resource(TABLES[0], read)]


def read_reference(inbox: Path, load: Load, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield the rows of every file that the warehouse does not hold yet.

    Args:
        inbox: the folder.
        load: the running load; moving the files waits for its end.
        state: ``files`` maps each loaded name to its content, ``bad`` those that are no such file,
            ``hashes`` what the files looked like when they were last read.
    """
    box = Inbox(inbox, state.get("hashes"))
    loaded, bad = dict(state.get("files") or {}), dict(state.get("bad") or {})
    listing = box.listing()
    for name, reason in listing.waiting.items():
        _remark(load, f"{name} {reason}; it waits.")
    for file in (same_name[0] for same_name in listing.files):
        is_done = file.sha256 in (loaded.get(file.name), bad.get(file.name))
        if is_done and file.place:
            continue
        try:
            yield from _batches(file)
        except NotATable as error:
            bad[file.name] = file.sha256
            yield _refused(box, load, file, error)
            continue
        loaded[file.name] = file.sha256
        bad.pop(file.name, None)
        load.after.append(partial(box.accept, file))
    state.update(files=loaded, bad=bad, hashes=box.hashes)


def _batches(file: DroppedFile) -> Iterator[Batch]:
    if not file.sha256:
        raise NotATable("リンク(ショートカット)です。", "元のファイルを入れてください。")
    for rows in read_corporations(file.path, file.name):
        named = pa.repeat(pa.scalar(file.name), rows.table.num_rows)
        columns = {name: rows.table[name].combine_chunks() for name in rows.table.column_names}
        yield Batch(
            columns={**columns, "file_name": named}, rejected=rows.rejected, is_snapshot=True
        )


def _refused(box: Inbox, load: Load, file: DroppedFile, error: NotATable) -> Batch:
    _remark(load, f"{file.name} is no file of the National Tax Agency, see rejected/.")
    problem = Problem(error.reason, error.remedy)
    load.after.append(partial(box.reject, file, [problem], loaded=0))
    return Batch([], rejected=[Rejection(file.name, "", error.reason, "{}")])


def _remark(load: Load, sentence: str) -> None:
    outcome = load.outcome(TABLES[0].resource)
    outcome.remark = f"{outcome.remark} {sentence}" if outcome.remark else sentence

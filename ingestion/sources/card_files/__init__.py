"""Card files: the lists of business cards that people keep themselves, as CSV or .xlsx.

    inbox/cards/* ─▶ sheets ─▶ header row by synonyms ─▶ rows ─▶ raw_card_files.row
                                   (card_headers.csv)     └─▶ rejected/ with a Japanese note

Run standalone: ``python -m ingestion.sources.card_files``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.dropped_files import read_dropped
from ingestion.file_notes import Problem
from ingestion.file_tables import FileRow, FileTable, read_table
from ingestion.headers import card_synonyms
from ingestion.resources import Load
from ingestion.sources.card_files.contract import TABLES
from ingestion.typed_dates import read_date

__all__ = ["build_source", "card_files", "is_configured"]

FOLDER = "cards"
_SOMEBODY = frozenset({"full_name", "family_name", "given_name", "email"})
_NEEDS = "氏名・会社名・メールのどれかを含む、2つ以上の見出し"
_ANYTHING = _SOMEBODY | {"company_name", "phone", "mobile"}


def is_configured(context: LoadContext) -> bool:
    """Whether there is an inbox for cards."""
    return (context.inbox_dir / FOLDER).is_dir()


def build_source(load: Load) -> DltSource:
    """Return the dlt source."""
    return card_files(load)


@dlt.source(name="card_files")
def card_files(load: Load) -> list[object]:
    """Return the one resource: the rows of all files."""
    inbox = load.context.inbox_dir / FOLDER
    read_list = partial(read_cards, agreement_dir=load.context.agreement_dir)
    read = partial(read_dropped, inbox, load, TABLES[0], read_list, shape_card)
    return [load.resource(TABLES[0], read, merge_key="file_name")]


def read_cards(path: Path, agreement_dir: Path | None = None) -> FileTable:
    """Return the table of a card list.

    Raises:
        NotATable: no header row of a card list was found.
    """
    return read_table(path, card_synonyms(agreement_dir), is_card_header, _NEEDS)


def is_card_header(columns: set[str]) -> bool:
    """Whether the recognised columns of a row make it the header of a card list."""
    return len(columns) >= 2 and bool(columns & (_SOMEBODY | {"company_name"}))


def shape_card(row: FileRow) -> dict[str, Any] | Problem:
    """Return the columns of a card, or what is wrong with its row."""
    if row.has_surplus:
        return row.problem(
            "", "見出しより右にも値があります。", "列のずれを直すか、見出しを付けてください。"
        )
    if not row.values.keys() & _ANYTHING:
        return row.problem(
            "full_name",
            "氏名・会社名・メール・電話のどれもありません。",
            "どれか1つを入れるか、行を削除してください。",
        )
    exchanged = row.values.get("exchanged_on")
    day = read_date(exchanged or "", counts_from_1904=row.counts_from_1904)
    if exchanged and day is None:
        return row.problem(
            "exchanged_on", "日付として読めません。", "2026/1/31 のように入れてください。"
        )
    return {**row.values, "exchanged_on": day}

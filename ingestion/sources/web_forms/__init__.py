"""Web forms: what form services (formrun, Tayori, Google Forms and others) export.

    inbox/forms/* ─▶ sheets ─▶ header row by synonyms ─▶ rows ─▶ raw_web_forms.submission
                          (form_headers, card_headers)   └─▶ rejected/ with a Japanese note

Exports overlap: the same submission in two files has one ``submission_id``.
Run standalone: ``python -m ingestion.sources.web_forms``.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.dropped_files import read_dropped
from ingestion.file_notes import Problem
from ingestion.file_tables import FileRow, FileTable, read_table
from ingestion.headers import Synonyms, header_tables
from ingestion.resources import Load
from ingestion.sources.web_forms.contract import TABLES
from ingestion.sources.web_forms.identifiers import form_of_file, form_of_sheet, submission_id
from ingestion.typed_dates import read_instant

__all__ = ["build_source", "is_configured", "web_forms"]

FOLDER = "forms"
_SOMEBODY = frozenset({"full_name", "family_name", "email", "phone", "mobile", "company_name"})
_NEEDS = "送信日時(タイムスタンプ)と、氏名・会社名・メール・電話のどれか"
_OWN = frozenset({"submission_id", "submitted_at", "form_name"})
# of a card only what a person answers about themselves
_ANSWERS = frozenset(TABLES[0].columns) | _OWN


def is_configured(context: LoadContext) -> bool:
    """Whether there is an inbox for forms."""
    return (context.inbox_dir / FOLDER).is_dir()


def build_source(load: Load) -> DltSource:
    """Return the dlt source."""
    return web_forms(load)


@dlt.source(name="web_forms")
def web_forms(load: Load) -> list[object]:
    """Return the one resource: the rows of all exports."""
    inbox = load.context.inbox_dir / FOLDER
    read_export = partial(read_submissions, agreement_dir=load.context.agreement_dir)
    read = partial(read_dropped, inbox, load, TABLES[0], read_export, shape_submission)
    return [load.resource(TABLES[0], read, merge_key="file_name")]


@cache
def form_synonyms(agreement_dir: Path | None = None) -> Synonyms:
    """Return the synonyms of form headers; what people answer is named as on a card."""
    tables = (
        *header_tables("form_headers", agreement_dir),
        *header_tables("card_headers", agreement_dir),
    )
    return Synonyms(*tables, columns=_ANSWERS)


def read_submissions(path: Path, agreement_dir: Path | None = None) -> FileTable:
    """Return the table of an export, named after its form.

    The name is the file's; in a file of several exports each sheet may name its own.

    Raises:
        NotATable: no row names an instant and somebody who sent the form.
    """
    table = read_table(path, form_synonyms(agreement_dir), is_form_header, _NEEDS)
    form = form_of_file(path.name)
    table.name(lambda sheet, count: (form_of_sheet(sheet) if count > 1 else "") or form)
    return table


def is_form_header(columns: set[str]) -> bool:
    """Whether the recognised columns of a row make it the header of an export."""
    return "submitted_at" in columns and bool(columns & _SOMEBODY)


def shape_submission(row: FileRow) -> dict[str, Any] | Problem:
    """Return the columns of a submission, or what is wrong with its row."""
    values = row.values
    if row.has_surplus:
        return row.problem(
            "", "見出しより右にも値があります。", "列のずれを直すか、見出しを付けてください。"
        )
    if not values.keys() & _SOMEBODY:
        return row.problem(
            "full_name",
            "氏名・会社名・メール・電話のどれもありません。",
            "どれか1つを入れるか、行を削除してください。",
        )
    sent = values.get("submitted_at", "")
    at = read_instant(sent, counts_from_1904=row.counts_from_1904)
    if at is None:
        reason = "日時として読めません。" if sent else "送信日時が空です。"
        return row.problem("submitted_at", reason, "2026/4/1 9:30 のように入れてください。")
    name = values.get("form_name") or row.title
    return {
        **values,
        "submission_id": submission_id(values, name, at),
        "form_name": name,
        "submitted_at": at,
    }

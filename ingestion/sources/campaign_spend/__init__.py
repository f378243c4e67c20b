"""Campaign spend: what each campaign cost in each month, as CSV or .xlsx.

    inbox/spend/* ─▶ sheets ─▶ header row by synonyms ─▶ rows ─▶ raw_campaign_spend.row
                                  (spend_headers.csv)     └─▶ rejected/ with a Japanese note

Run standalone: ``python -m ingestion.sources.campaign_spend``.
"""

from __future__ import annotations

import re
import unicodedata
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
from ingestion.sources.campaign_spend.contract import TABLES
from ingestion.typed_dates import read_date

__all__ = ["build_source", "campaign_spend", "is_configured"]

FOLDER = "spend"
_WANTED = frozenset({"campaign_name", "month_on", "cost_jpy"})
_NEEDS = "キャンペーン名・対象月・費用の3つ"
_MONEY = re.compile(r"([-△▲]?)[¥\\]?([-]?)(\d[\d,]{0,17})(?:\.0+)?(万|千)?円?")
# more than a thousand trillion yen is a slip of the keyboard
_NO_BUDGET_YEN = 10**15
_UNITS = {"万": 10_000, "千": 1_000, None: 1}


def is_configured(context: LoadContext) -> bool:
    """Whether there is an inbox for spend."""
    return (context.inbox_dir / FOLDER).is_dir()


def build_source(load: Load) -> DltSource:
    """Return the dlt source."""
    return campaign_spend(load)


@dlt.source(name="campaign_spend")
def campaign_spend(load: Load) -> list[object]:
    """Return the one resource: the rows of all files."""
    inbox = load.context.inbox_dir / FOLDER
    read_list = partial(read_spend, agreement_dir=load.context.agreement_dir)
    read = partial(read_dropped, inbox, load, TABLES[0], read_list, shape_spend)
    return [load.resource(TABLES[0], read, merge_key="file_name")]


@cache
def spend_synonyms(agreement_dir: Path | None = None) -> Synonyms:
    """Return the synonyms of the three columns of a spend list."""
    return Synonyms(*header_tables("spend_headers", agreement_dir))


def read_spend(path: Path, agreement_dir: Path | None = None) -> FileTable:
    """Return the table of a spend list.

    Raises:
        NotATable: no row names campaign, month and cost.
    """
    synonyms = spend_synonyms(agreement_dir)
    return read_table(path, synonyms, lambda columns: columns >= _WANTED, _NEEDS)


def shape_spend(row: FileRow) -> dict[str, Any] | Problem:
    """Return the columns of a spend row, or what is wrong with it."""
    month = read_date(row.values.get("month_on", ""), counts_from_1904=row.counts_from_1904)
    cost = read_yen(row.values.get("cost_jpy", ""))
    if not row.values.get("campaign_name"):
        return row.problem("campaign_name", "キャンペーン名が空です。", "名前を入れてください。")
    if month is None:
        return row.problem("month_on", "月として読めません。", "2026/4 のように入れてください。")
    if cost is None:
        return row.problem("cost_jpy", "金額として読めません。", "120000 のように入れてください。")
    name = row.values["campaign_name"]
    return {"campaign_name": name, "month_on": month.replace(day=1), "cost_jpy": cost}


def read_yen(text: str) -> int | None:
    """Return whole yen from money as people type it.

    >>> read_yen("¥1,234,000円"), read_yen("12万円"), read_yen("△500"), read_yen("未定")
    (1234000, 120000, -500, None)
    """
    found = _MONEY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if not found:
        return None
    before, after, digits, unit = found.groups()
    sign = -1 if before or after else 1
    yen = sign * int(digits.replace(",", "")) * _UNITS[unit]
    return yen if abs(yen) < _NO_BUDGET_YEN else None

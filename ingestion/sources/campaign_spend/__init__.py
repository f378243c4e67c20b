"""Campaign spend: what each campaign cost in each month, as CSV or .xlsx.

    inbox/spend/* ─▶ sheets ─▶ header row by synonyms ─▶ rows ─▶ raw_campaign_spend.row
                                  (spend_headers.csv)     └─▶ rejected/ with a Japanese note

Run standalone: ``python -m ingestion.sources.campaign_spend``.
"""

from __future__ import annotations

import unicodedata
from functools import cache, partial
from pathlib import Path
from typing import Any

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.dropped_files import read_dropped
from ingestion.file_notes import Problem
from ingestion.file_tables import FileRow, read_table
from ingestion.headers import header_tables
from ingestion.resources import Load
from ingestion.sources.campaign_spend.contract import TABLES
from ingestion.sources.campaign_spend.months import MonthTable, SpendSynonyms, is_month
from ingestion.sources.campaign_spend.yen import read_yen, unit_of
from ingestion.typed_dates import read_date

__all__ = ["build_source", "campaign_spend", "is_configured"]

FOLDER = "spend"
_WANTED = frozenset({"campaign_name", "month_on", "cost_jpy"})
_NEEDS = (
    "キャンペーン名・対象月・費用の3つ(月を横に並べる表では、キャンペーン名と「2026年4月」のような"
    "年のある月)"
)
# more than a hundred billion yen in a month is a slip of the keyboard
_NO_BUDGET_YEN = 10**11
_TOTALS = frozenset({"合計", "総合計", "総計", "小計", "計", "total", "grandtotal", "subtotal"})


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
    read = partial(read_dropped, inbox, load, TABLES[0], read_list, shape_spend, skip=is_total)
    return [load.resource(TABLES[0], read, merge_key="file_name")]


@cache
def spend_synonyms(agreement_dir: Path | None = None) -> SpendSynonyms:
    """Return the synonyms of the three columns of a spend list, and of months as columns."""
    return SpendSynonyms(*header_tables("spend_headers", agreement_dir))


def read_spend(path: Path, agreement_dir: Path | None = None) -> MonthTable:
    """Return the table of a spend list, one row per campaign and month.

    Raises:
        NotATable: no row names campaign, month and cost.
    """
    found = read_table(path, spend_synonyms(agreement_dir), _is_header, _NEEDS)
    return MonthTable(found.headers, found.problems)


def _is_header(columns: set[str]) -> bool:
    has_months = "campaign_name" in columns and any(map(is_month, columns))
    return columns >= _WANTED or has_months


def is_total(row: FileRow) -> bool:
    """Whether a row adds up others."""
    names = (row.values.get("campaign_name", ""), row.values.get("month_on", ""))
    plain = ("".join(unicodedata.normalize("NFKC", one).casefold().split()) for one in names)
    return any(one.strip("()[]【】:") in _TOTALS for one in plain)


def shape_spend(row: FileRow) -> dict[str, Any] | Problem:
    """Return the columns of a spend row, or what is wrong with it."""
    month = read_date(row.values.get("month_on", ""), counts_from_1904=row.counts_from_1904)
    cost = read_yen(row.values.get("cost_jpy", ""))
    if not row.values.get("campaign_name"):
        return row.problem("campaign_name", "キャンペーン名が空です。", "名前を入れてください。")
    if month is None:
        return row.problem("month_on", "月として読めません。", "2026/4 のように入れてください。")
    if cost is None:
        remedy = "円の金額を、120000 のように入れてください。"
        return row.problem("cost_jpy", "金額として読めません。", remedy)
    yen = cost * unit_of(row.headers.get("cost_jpy", ""), row.above)
    if yen < 0:
        remedy = "返金などは、その月の費用から引いた金額にしてください。"
        return row.problem("cost_jpy", "金額がマイナスです。", remedy)
    if yen > _NO_BUDGET_YEN:
        remedy = "桁数と単位(円・千円)を確かめてください。"
        return row.problem("cost_jpy", "金額が大きすぎます(1,000億円を超えています)。", remedy)
    name = row.values["campaign_name"]
    return {"campaign_name": name, "month_on": month.replace(day=1), "cost_jpy": int(yen)}

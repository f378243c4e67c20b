"""Lists that have a column for each month: which headers are months, and a row for each amount.

Here belongs turning a wide list into a long one. Not here: what an amount is worth.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ingestion.file_tables import FileRow, FileTable
from ingestion.headers import Synonyms
from ingestion.typed_dates import read_date

_PREFIX = "month:"
_MONTH = re.compile(
    r"((?:\d{4}|(?:令和|r)\s*(?:元|\d{1,2}))\s*[年/.-]\s*\d{1,2}\s*月?|\d{4}-\d\d-\d\d 00:00:00)"
    r"\s*(?:度|分)?\s*(?:費用|金額|実績|広告費)?\s*(?:\(.*\))?"
)


class SpendSynonyms(Synonyms):
    """The synonyms of spend lists, months as headers included."""

    def column(self, header: str) -> str | None:
        """Return the column that a header means; for a month one of its own."""
        found = super().column(header)
        month = None if found else _month(header)
        return f"{_PREFIX}{month:%Y-%m}" if month else found


def _month(header: str) -> date | None:
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", header).strip().lower())
    return read_date(found[1]) if found else None


def is_month(column: str) -> bool:
    """Whether a column is that of a month."""
    return column.startswith(_PREFIX)


@dataclass
class MonthTable(FileTable):
    """The table of a spend list, whose rows hold one amount each."""

    @property
    def rows(self) -> Iterator[FileRow]:
        """Read the rows from the top; a row of several months is a row for each amount."""
        number = 0
        for row in super().rows:
            for one in _amounts(row):
                number += 1
                yield replace(one, number=number)


def _amounts(row: FileRow) -> Iterator[FileRow]:
    months = [column for column in row.values if is_month(column)]
    if "cost_jpy" in row.headers:
        kept = {name: row.values[name] for name in row.values if name not in months}
        notes = {row.headers[name]: row.values[name] for name in months}
        yield replace(row, values=kept, extra={**row.extra, **notes})
        return
    for column in months:
        values = {"month_on": column.removeprefix(_PREFIX), "cost_jpy": row.values[column]}
        name = row.values.get("campaign_name")
        headers = {**row.headers, "cost_jpy": row.headers[column]}
        yield replace(
            row, values={**values, **({"campaign_name": name} if name else {})}, headers=headers
        )

"""Dates as people type them: slashes, kanji, Japanese eras, Excel serials, English months.

Here belongs reading one cell. A cell that is no date gives none; the caller says so to its owner.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
_ERA = re.compile(r"(令和|平成|昭和|[rhs])\s*(元|\d{1,2})\s*[年./-]\s*(\d{1,2})(?:\D+(\d{1,2}))?")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})(?:\s*[月./-]\s*(\d{1,2}))?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?$")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?$")
_ENGLISH = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %Y", "%B %Y", "%b-%y")
# Excel counts days from here, its non-existent 29 February 1900 included
_EXCEL_ZERO = date(1899, 12, 30)


def read_date(text: str) -> date | None:
    """Return the day that a cell means, the first of the month when it names only a month.

    >>> read_date("令和8年1月2日"), read_date("2026/1/2"), read_date("46024")
    (datetime.date(2026, 1, 2), datetime.date(2026, 1, 2), datetime.date(2026, 1, 2))
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    parts = _era(plain) or _year_first(plain)
    if parts is not None:
        try:
            return date(*parts)
        except ValueError:
            return None
    return _serial(plain) or _english(plain)


def _era(text: str) -> tuple[int, int, int] | None:
    found = _ERA.match(text)
    if not found:
        return None
    era, year, month, day = found.groups()
    return _ERAS[era] + (1 if year == "元" else int(year)), int(month), int(day or 1)


def _year_first(text: str) -> tuple[int, int, int] | None:
    found = _COMPACT.match(text) or _YEAR_FIRST.match(text)
    if not found:
        return None
    year, month, day = found.groups()
    return int(year), int(month), int(day or 1)


def _serial(text: str) -> date | None:
    found = _SERIAL.match(text)
    days = int(found[1]) if found else 0
    return _EXCEL_ZERO + timedelta(days=days) if 20_000 <= days <= 80_000 else None


def _english(text: str) -> date | None:
    for form in _ENGLISH:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None

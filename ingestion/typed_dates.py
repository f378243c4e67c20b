"""Dates and instants as people and programs type them: eras, serials, English months, 午後.

Here belongs reading one cell. A cell that is no date gives none; the caller says so to its owner.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone

TOKYO = timezone(timedelta(hours=9))
# the first year of each era and the year it ended in, both of the common era
_ERAS = {
    "令和": (2019, 2099), "r": (2019, 2099), "平成": (1989, 2019), "h": (1989, 2019),
    "昭和": (1926, 1989), "s": (1926, 1989),
}  # fmt: skip
_ERA_SIGNS = str.maketrans({"㋿": "令和", "㍻": "平成", "㍼": "昭和"})
# a month, and a day of at most two digits or none
_MONTH_AND_DAY = r"\s*[年./-]\s*(\d{1,2})(?!\d)(?:\s*[月./-]\s*(\d{1,2})(?!\d)|(?!\s*[月./-]\s*\d))"
_ERA = re.compile(r"(令和|平成|昭和|[rhs])\s*(元|\d{1,2})" + _MONTH_AND_DAY)
_YEAR_FIRST = re.compile(r"(\d{4})" + _MONTH_AND_DAY)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?$")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?$")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_ENGLISH = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %Y", "%B %Y", "%b-%y")
# Excel counts days from here, its non-existent 29 February 1900 included
_EXCEL_ZERO = date(1899, 12, 30)
_MAC_ZERO = date(1904, 1, 1)
_CLOCK = re.compile(r"(\d{1,2})\s*[:時]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2}))?")
_AFTERNOON = re.compile(r"午後|p\.?m\.?(?![a-z])")
_MORNING = re.compile(r"午前|a\.?m\.?(?![a-z])")
_ZONE = re.compile(r"(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?$")
_SECONDS = re.compile(r"\d:\d\d:\d\d")
_ZULU = re.compile(r"\d\s*(z|gmt|utc)\s*$")


def read_date(text: str, *, counts_from_1904: bool = False) -> date | None:
    """Return the day that a cell means, the first of the month when it names only a month.

    Args:
        text: the cell.
        counts_from_1904: whether a bare number counts from 1904, as in old Mac workbooks.

    >>> read_date("令和8年1月2日"), read_date("2026/1/2"), read_date("46024")
    (datetime.date(2026, 1, 2), datetime.date(2026, 1, 2), datetime.date(2026, 1, 2))
    """
    plain = _plain(text)
    parts = _era(plain) or _year_first(plain)
    if parts is not None:
        try:
            return date(*parts)
        except ValueError:
            return None
    return _serial(plain, _MAC_ZERO if counts_from_1904 else _EXCEL_ZERO) or _english(plain)


def read_instant(text: str, *, counts_from_1904: bool = False) -> datetime | None:
    """Return the instant in UTC that a cell means; without a zone it is Tokyo's.

    Args:
        text: the cell; a date without a time means midnight.
        counts_from_1904: whether a bare number counts from 1904, as in old Mac workbooks.

    >>> read_instant("2026/4/1 9:30").isoformat()
    '2026-04-01T00:30:00+00:00'
    >>> read_instant("2026/04/01 3:27:41 午後 GMT+9").isoformat()
    '2026-04-01T06:27:41+00:00'
    """
    plain = _plain(text)
    day = read_date(plain, counts_from_1904=counts_from_1904) or _month_first(plain)
    if day is None:
        return None
    zone, rest = _zone(plain)
    try:
        clock = _serial_clock(plain) if _SERIAL.match(plain) else _clock(rest)
        return datetime.combine(day, clock, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plain(text: str) -> str:
    # the one-character eras would otherwise fold into other signs than people type
    return unicodedata.normalize("NFKC", text.translate(_ERA_SIGNS)).strip().lower()


def _era(text: str) -> tuple[int, int, int] | None:
    found = _ERA.match(text)
    if not found:
        return None
    era, year, month, day = found.groups()
    first, last = _ERAS[era]
    common = first - 1 + (1 if year == "元" else int(year))
    # 平成50年 is a slip and no year
    return (common, int(month), int(day or 1)) if first <= common <= last else (0, 0, 0)


def _year_first(text: str) -> tuple[int, int, int] | None:
    found = _COMPACT.match(text) or _YEAR_FIRST.match(text)
    if not found:
        return None
    year, month, day = found.groups()
    return int(year), int(month), int(day or 1)


def _month_first(text: str) -> date | None:
    found = _MONTH_FIRST.match(text)
    if not found:
        return None
    month, day, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _serial(text: str, zero: date) -> date | None:
    found = _SERIAL.match(text)
    days = int(found[1]) if found else 0
    return zero + timedelta(days=days) if 20_000 <= days <= 80_000 else None


def _serial_clock(text: str) -> time:
    found = _SERIAL.match(text)
    share = float(found[2] or 0) if found else 0.0
    minutes, seconds = divmod(min(round(share * 86_400), 86_399), 60)
    return time(minutes // 60, minutes % 60, seconds)


def _english(text: str) -> date | None:
    for form in _ENGLISH:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _zone(text: str) -> tuple[timezone, str]:
    """Return the zone that an instant names, and the text without it."""
    if _ZULU.search(text):
        return UTC, text
    found = _ZONE.search(text)
    before = text[: found.start()] if found else text
    # 10:30-11:30 is a span; the hyphens of a date stand before its clock
    wanted = _SECONDS if found and found[1] == "-" else _CLOCK
    if not found or not wanted.search(before):
        return TOKYO, text
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > timedelta(hours=14):
        return TOKYO, text
    return timezone(-offset if sign == "-" else offset), before


def _clock(text: str) -> time:
    """Return the time of day in a text, midnight when it names none."""
    found = _CLOCK.search(text)
    if not found:
        return time()
    hour, minute, second = (int(part or 0) for part in found.groups())
    if _AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif _MORNING.search(text) and hour == 12:
        hour = 0
    return time(hour, minute, second)

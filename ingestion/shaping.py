"""Turning vendors' values into what a raw column holds, where the vendor's own form differs.

Here belong conversions that the vendors document (epoch milliseconds, values of mixed type). A
value that is not as documented is passed on unchanged, for the guards to reject with its reason.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_of(value: Any) -> Any:
    """Return a number or flag as its JSON text; text, null and structures unchanged.

    >>> text_of(12), text_of(True), text_of("x"), text_of(None)
    ('12', 'true', 'x', None)
    """
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def json_of(value: Any) -> str | None:
    """Return a structure as JSON with its keys in order; null stays null."""
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def instant_of_ms(value: Any) -> Any:
    """Return epoch milliseconds as an instant; anything else unchanged.

    >>> instant_of_ms(1700000000123).isoformat()
    '2023-11-14T22:13:20.123000+00:00'
    """
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    try:
        return EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        return str(value)


def ms_of(value: Any) -> int | None:
    """Return an instant (ISO text, instant or epoch milliseconds) as epoch milliseconds.

    Returns:
        None for what is no instant, so that it never moves a cursor.
    """
    value = instant_of_ms(value)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    return (value - EPOCH) // timedelta(milliseconds=1)


def iso_of_ms(milliseconds: int) -> str:
    """Return epoch milliseconds as ISO text in UTC.

    >>> iso_of_ms(0)
    '1970-01-01T00:00:00.000Z'
    """
    instant = EPOCH + timedelta(milliseconds=milliseconds)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Cursor:
    """The newest stamp seen, as epoch milliseconds, never further than ``as_of``.

    What changes while a long read is under way is stamped after ``as_of``, and a page that was
    read before the change does not hold it: so the next run begins at ``as_of`` at the latest.
    This also keeps one absurd stamp of the far future from hiding everything that follows it.

    Args:
        kept: the cursor of the last complete read.
        as_of: the instant of the run.
    """

    def __init__(self, kept: int | None, as_of: datetime) -> None:
        self.kept = kept
        self._latest = ms_of(as_of) or 0
        self._newest = kept

    def see(self, stamp: Any) -> None:
        """Take note of a row's stamp."""
        found = ms_of(stamp)
        if found is not None and (self._newest is None or found > self._newest):
            self._newest = found

    def since(self, overlap: timedelta) -> int | None:
        """Return where to read from, a little before the cursor; none for a first read."""
        return None if self.kept is None else max(self.kept - overlap // _MS, 0)

    @property
    def newest(self) -> int | None:
        """What to keep for the next run."""
        return None if self._newest is None else min(self._newest, self._latest)


_MS = timedelta(milliseconds=1)

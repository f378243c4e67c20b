"""Turning Marketo's values into what a raw column holds, the same from REST and from bulk files.

Here belong the spellings of instants, the texts of a bulk file, the two forms of an activity's
attributes. A value that is not as documented is passed on, for the guards to reject.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ingestion.contracts import Kind
from ingestion.shaping import text_of

NULL = "null"
# Marketo takes 31 days; a day less keeps clear of its edges
MAX_DAYS = 30
_KINDS = {
    "integer": Kind.INTEGER,
    "score": Kind.INTEGER,
    "float": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "boolean": Kind.FLAG,
    "date": Kind.DATE,
    "datetime": Kind.INSTANT,
}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
# Z+0000 is what the asset API writes
_ZONE = re.compile(r"(?:Z\+0000|\+0000)$")
_SHORT_ZONE = re.compile(r"([+-]\d{2})(\d{2})$")


def kind_of(data_type: str) -> Kind:
    """Return the kind of column for a type of Marketo's describe; what is unknown is text."""
    return _KINDS.get(data_type, Kind.TEXT)


def without_nul(text: str) -> str:
    """Return a text without the NUL characters that Marketo lets through."""
    return text.replace("\x00", "")


def instant(value: Any) -> Any:
    """Return an instant in a form that has one spelling of its zone; other values unchanged.

    >>> instant("2026-09-01T00:00:00Z+0000"), instant("2026-09-01T00:00:00-0800")
    ('2026-09-01T00:00:00Z', '2026-09-01T00:00:00-08:00')
    """
    if not isinstance(value, str):
        return value
    text = _ZONE.sub("Z", value.strip())
    return _SHORT_ZONE.sub(r"\1:\2", text) if "T" in text else text


def converter(kind: Kind) -> Callable[[Any], Any]:
    """Return what turns a value, from JSON or as text of a bulk file, into one of a kind."""
    return _CONVERTERS[kind]


def _text(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    found = text_of(value)
    return without_nul(found) if isinstance(found, str) else found


def _integer(value: Any) -> Any:
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else value


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return float(value) if value.strip() else None
    except ValueError:
        return value


def _flag(value: Any) -> Any:
    return _FLAGS.get(value.strip().lower(), value) if isinstance(value, str) else value


def _date(value: Any) -> Any:
    return value.strip()[:10] if isinstance(value, str) else value


_CONVERTERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.DATE: _date,
    Kind.INSTANT: instant,
}


def attributes_of(value: Any) -> dict[str, Any]:
    """Return an activity's attributes by name: REST lists them, bulk files hold JSON text.

    Raises:
        ValueError: the text is no JSON.
    """
    if isinstance(value, str):
        value = json.loads(value) if value else {}
    if isinstance(value, Mapping):
        return dict(value)
    return {str(one["name"]): one.get("value") for one in value or ()}


def iso(moment: datetime) -> str:
    """Return an instant as Marketo takes it: whole seconds, UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_in(text: str) -> datetime:
    """Return the instant that ``iso`` wrote."""
    return datetime.fromisoformat(text)


def windows(
    start: datetime, end: datetime, begun: Mapping[str, str], days: int = MAX_DAYS
) -> Iterator[tuple[str, str]]:
    """Yield the windows of a span, none longer than Marketo takes; no two share a second.

    Args:
        start: first second.
        end: last second.
        begun: start → end of windows that an earlier run has begun; they stay as they are.
        days: length of the others.
    """
    while start <= end:
        last = min(start + timedelta(days=days) - timedelta(seconds=1), end)
        if iso(start) in begun:
            last = instant_in(begun[iso(start)])
        yield iso(start), iso(last)
        start = last + timedelta(seconds=1)

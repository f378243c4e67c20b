"""When two values of a field are the same, and how a planned text becomes a value of the API.

Belongs here: rules per data type, independent of any system. Does not: which field has which type
(the field-mapping table says so).
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

# Salesforce answers 35.0 for whole numbers too.
NUMBERS = ("number", "integer")


def canonical(value: Any, data_type: str) -> str | None:
    """The one text of a value, whatever notation it came in; None when the field is empty.

    Instants are compared to the second because Salesforce keeps no more; an unset checkbox is
    false.

    >>> canonical(35.0, "number"), canonical("0035.50", "number")
    ('35', '35.5')
    >>> canonical("2026-10-02 14:30:00+09", "datetime")
    '2026-10-02T05:30:00Z'
    """
    text = _text(value)
    if data_type == "boolean":
        return "true" if text.lower() in ("true", "1") else "false"
    if not text:
        return None
    if data_type in NUMBERS:
        return _number(text)
    if data_type == "datetime":
        return _instant(text)
    return text[:10] if data_type == "date" else text


def same(one: Any, other: Any, data_type: str) -> bool:
    """Whether a field holding `one` holds `other`."""
    return canonical(one, data_type) == canonical(other, data_type)


def api_value(text: str, data_type: str) -> str | float | int | bool:
    """The JSON value that writes a planned text."""
    plain = canonical(text, data_type)
    if plain is None:
        raise ValueError("an empty value is never written")
    if data_type == "boolean":
        return plain == "true"
    if data_type in NUMBERS:
        return _json_number(plain)
    return plain


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _, fraction = digits.partition(".")
    digits = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return digits if digits == "0" else sign + digits


def _json_number(plain: str) -> int | float:
    number = Decimal(plain)
    return int(number) if number == number.to_integral_value() else float(number)


def _instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Values of fields: how the org stores them and what it refuses.

Belongs here: one value against one field. Must not: know records.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sandbox.clock import parse_instant
from sandbox.salesforce.errors import SalesforceFault
from sandbox.world.identifiers import KEY_PREFIXES, id_checksum
from sandbox.world.schema import FieldSpec

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_ID = re.compile(r"[0-9A-Za-z]{15}([0-9A-Z]{3})?")


def stamp(instant: datetime) -> str:
    """Write an instant as the org stores and shows it: UTC, whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def canonical_instant(text: str) -> str:
    """Bring an ISO instant with any offset to the stored spelling, milliseconds kept.

    Raises:
        ValueError: the text is no instant.
    """
    if "T" not in text:
        raise ValueError(text)
    utc = parse_instant(text)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def is_id(text: object) -> bool:
    """Tell whether a text has the shape of a record id."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def full_id(text: str) -> str:
    """Return the 18-character spelling of an id given with 15 or 18 characters."""
    return text + id_checksum(text) if len(text) == 15 else text


def objects_of_id(record_id: str) -> list[str]:
    """Return the objects whose records start like this id."""
    return [name for name, prefix in KEY_PREFIXES.items() if record_id.startswith(prefix)]


def _unreadable(spec: FieldSpec, value: object) -> SalesforceFault:
    kind = "STRING" if isinstance(value, str) else type(value).__name__.upper()
    return SalesforceFault(
        400,
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {spec.type} from VALUE_{kind} value {value} "
        f"for field {spec.name}",
        (spec.name,),
    )


def _text(spec: FieldSpec, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _unreadable(spec, value)
    text = value.strip() if spec.type != "textarea" else value
    if spec.length and len(text) > spec.length:
        raise SalesforceFault(
            400,
            "STRING_TOO_LONG",
            f"{spec.label}: data value too large: {text[:80]} (max length={spec.length})",
            (spec.name,),
        )
    return text or None


def _email(spec: FieldSpec, value: Any) -> str | None:
    text = _text(spec, value)
    if text is not None and not _EMAIL.fullmatch(text):
        message = f"{spec.label}: invalid email address: {text}"
        raise SalesforceFault(400, "INVALID_EMAIL_ADDRESS", message, (spec.name,))
    return text


def _picklist(spec: FieldSpec, value: Any) -> str | None:
    text = _text(spec, value)
    if text is None or not spec.restricted or text in spec.picklist_values:
        return text
    raise SalesforceFault(
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{spec.label}: bad value for restricted picklist field: {text}",
        (spec.name,),
    )


def _boolean(spec: FieldSpec, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false", "1", "0"}:
        return value.lower() in {"true", "1"}
    raise _unreadable(spec, value)


def _number(spec: FieldSpec, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _unreadable(spec, value)
    try:
        number = float(value)
    except ValueError:
        raise _unreadable(spec, value) from None
    if number != number or abs(number) >= 1e18:
        message = f"{spec.label}: value outside of valid range on numeric field: {value}"
        raise SalesforceFault(400, "NUMBER_OUTSIDE_VALID_RANGE", message, (spec.name,))
    return int(number) if spec.type == "int" else number


def _datetime(spec: FieldSpec, value: Any) -> str:
    try:
        return canonical_instant(value)[:19] + ".000+0000"
    except (ValueError, TypeError):
        raise _unreadable(spec, value) from None


def _date(spec: FieldSpec, value: Any) -> str:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except (ValueError, TypeError):
        raise _unreadable(spec, value) from None


def _reference(spec: FieldSpec, value: Any) -> str:
    if not is_id(value):
        message = f"{spec.label}: id value of incorrect type: {value}"
        raise SalesforceFault(400, "MALFORMED_ID", message, (spec.name,))
    record_id = full_id(value)
    if spec.reference_to and not set(objects_of_id(record_id)) & set(spec.reference_to):
        message = f"{spec.label}: id value of incorrect type: {value}"
        raise SalesforceFault(400, "FIELD_INTEGRITY_EXCEPTION", message, (spec.name,))
    return record_id


_READERS: dict[str, Callable[[FieldSpec, Any], Any]] = {
    "email": _email,
    "picklist": _picklist,
    "boolean": _boolean,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "int": _number,
    "datetime": _datetime,
    "date": _date,
    "reference": _reference,
}


def stored_value(spec: FieldSpec, value: Any) -> Any:
    """Return a written value as the org stores it; null and empty text become null.

    Raises:
        SalesforceFault: the field does not take this value.
    """
    if value is None or value == "":
        if spec.type == "boolean":
            raise SalesforceFault(
                400, "INVALID_TYPE_ON_FIELD_IN_RECORD", f"{spec.label}: null", (spec.name,)
            )
        return None
    return _READERS.get(spec.type, _text)(spec, value)

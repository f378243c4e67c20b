"""Properties: how they are described, and which values the account takes.

Belongs here: one property value at a time. Must not: store records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.clock import parse_instant
from sandbox.hubspot.errors import invalid_values
from sandbox.world.schema import PropertySpec

LIFECYCLE = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def described(spec: PropertySpec, is_unique: bool) -> dict[str, Any]:
    """Return a property as the properties API shows it."""
    return {
        "name": spec.name,
        "label": spec.label,
        "type": spec.type,
        "fieldType": spec.field_type,
        "groupName": "contactinformation",
        "description": "",
        "options": [
            {"label": option, "value": option, "displayOrder": at, "hidden": False}
            for at, option in enumerate(spec.options)
        ],
        "calculated": spec.calculated,
        "externalOptions": spec.name == "hubspot_owner_id",
        "hasUniqueValue": is_unique,
        "hidden": False,
        "hubspotDefined": not spec.name.startswith("kakehashi_"),
        "formField": not spec.read_only,
        "archived": False,
        "dataSensitivity": "non_sensitive",
        "modificationMetadata": {
            "archivable": True,
            "readOnlyDefinition": False,
            "readOnlyValue": spec.read_only or spec.calculated,
        },
    }


def accepted_values(
    specs: Mapping[str, PropertySpec], given: Mapping[str, Any]
) -> dict[str, str | None]:
    """Return given values as the account stores them; empty text clears.

    Raises:
        HubSpotFault: at least one property or value is not allowed, all of them named.
    """
    problems = []
    values: dict[str, str | None] = {}
    for name, value in given.items():
        text = _as_text(value)
        problem = _problem(specs.get(name), name, text)
        if problem:
            problems.append(problem)
        values[name] = text or None
    if problems:
        raise invalid_values(problems)
    return values


def moved_lifecycle(before: str | None, wanted: str | None) -> str | None:
    """Return the lifecycle stage after a write: backward moves are silently ignored."""
    if not before or not wanted:
        return wanted
    forward = LIFECYCLE.index(wanted) >= LIFECYCLE.index(before)
    return wanted if forward else before


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _problem(spec: PropertySpec | None, name: str, text: str) -> dict[str, Any] | None:
    if spec is None:
        return _refused(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
    if spec.read_only or spec.calculated:
        message = f'"{name}" is a read only property; its value cannot be set.'
        return _refused(name, "READ_ONLY_VALUE", message)
    if not text:
        return None
    if spec.type == "enumeration" and spec.options:
        outside = [part for part in text.split(";") if part and part not in spec.options]
        if outside:
            message = f"{outside[0]} was not one of the allowed options: {list(spec.options)}"
            return _refused(name, "INVALID_OPTION", message)
    if spec.type == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return _refused(name, "INVALID_DOUBLE", f"{text} was not a valid number.")
    if spec.type in {"datetime", "date"} and not _is_instant(text):
        return _refused(name, "INVALID_DATE", f"{text} was not a valid date.")
    if name == "email" and not _EMAIL.fullmatch(text):
        return _refused(name, "INVALID_EMAIL", f"Email address {text} is invalid")
    return None


def _is_instant(text: str) -> bool:
    if text.isdigit():
        return True
    try:
        parse_instant(text)
    except ValueError:
        return False
    return True


def _refused(name: str, error: str, message: str) -> dict[str, Any]:
    return {"isValid": False, "message": message, "error": error, "name": name}

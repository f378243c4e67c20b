"""What a bulk extract's file holds: which rows a filter chooses and how they are written.

Belongs here: filters, columns, CSV with ``null`` for nothing. Must not: know the life of a job.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import parse_instant
from sandbox.marketo.errors import MarketoFault, invalid
from sandbox.marketo.instance import HIDDEN, Instance, instant_of
from sandbox.marketo.programs import MEMBER_FIELDS, members_of
from sandbox.tables import Row

LONGEST_RANGE = timedelta(days=31)
MOST_PROGRAMS = 10
ACTIVITY_FIELDS = (
    "marketoGUID", "leadId", "activityDate", "activityTypeId", "campaignId",
    "primaryAttributeValueId", "primaryAttributeValue", "attributes",
)  # fmt: skip
_DELIMITERS = {"CSV": ",", "TSV": "\t", "SSV": ";"}
# filters of leads that only some subscriptions have
_SPECIAL = {"updatedAt", "smartListId", "smartListName"}


def checked_wish(instance: Instance, kind: str, body: Mapping[str, Any]) -> Row:
    """Return what a new job is to export.

    Raises:
        MarketoFault: format, fields or filter are not what Marketo takes.
    """
    form = str(body.get("format") or "CSV").upper()
    if form not in _DELIMITERS:
        raise invalid(f"Invalid format '{form}'")
    known = _columns(instance, kind)
    fields = list(body.get("fields") or (known if kind == "activities" else ()))
    if not fields:
        raise invalid("fields is required")
    for name in fields:
        if name not in known:
            raise invalid(f"Invalid field '{name}'")
    given = body.get("filter")
    if not isinstance(given, dict) or not given:
        raise invalid("filter is required")
    _check_filter(instance, kind, given)
    headers = body.get("columnHeaderNames") or {}
    return {"format": form, "fields": fields, "filter": given, "headers": headers}


def _columns(instance: Instance, kind: str) -> list[str]:
    if kind == "leads":
        return list(instance.fields)
    return list(ACTIVITY_FIELDS) if kind == "activities" else [one[0] for one in MEMBER_FIELDS]


def _check_filter(instance: Instance, kind: str, given: Mapping[str, Any]) -> None:
    if kind == "leads":
        if len(given) != 1:
            raise invalid("Exactly one filter type is allowed")
        if _SPECIAL & set(given) and not instance.switches.has_updated_at_filter:
            raise MarketoFault("1035", f"Unsupported filter type for target subscription: {given}")
    if kind == "activities" and "createdAt" not in given:
        raise invalid("createdAt filter is required")
    if kind == "members":
        ids = _program_ids(given)
        if not 1 <= len(ids) <= MOST_PROGRAMS:
            raise invalid(f"1 to {MOST_PROGRAMS} program ids are allowed")
        for one in ids:
            if one not in instance.table("programs"):
                raise MarketoFault("1013", f"Program with id '{one}' not found")
    for name in ("createdAt", "updatedAt"):
        if name in given:
            _range(given[name])


def _range(given: Mapping[str, str]) -> tuple[datetime, datetime]:
    start = instant_of(given.get("startAt"), "startAt")
    end = instant_of(given.get("endAt"), "endAt")
    if "." in f"{given['startAt']}{given['endAt']}":
        raise MarketoFault("704", "startAt and endAt must not hold milliseconds")
    if not timedelta() <= end - start <= LONGEST_RANGE:
        raise invalid("Date range must be at most 31 days and endAt not before startAt")
    return start, end


def as_file(instance: Instance, kind: str, wish: Mapping[str, Any]) -> tuple[bytes, int]:
    """Return the file of a job and how many records it holds."""
    choose: dict[str, Callable[[Instance, Mapping[str, Any]], Iterable[Row]]] = {
        "leads": _leads,
        "activities": _activities,
        "members": _members,
    }
    rows = list(choose[kind](instance, wish["filter"]))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=_DELIMITERS[wish["format"]], lineterminator="\n")
    writer.writerow([wish["headers"].get(name, name) for name in wish["fields"]])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in wish["fields"]])
    return text.getvalue().encode("utf-8", "surrogatepass"), len(rows)


def _cell(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _leads(instance: Instance, given: Mapping[str, Any]) -> Iterable[Row]:
    [(name, wanted)] = given.items()
    rows = instance.table("leads").rows()
    if name not in {"createdAt", "updatedAt"}:
        return []
    start, end = _range(wanted)
    stamp = "createdAt" if name == "createdAt" else HIDDEN
    return [
        row
        for row in rows
        if start <= parse_instant(row.get(stamp) or row["updatedAt"] or row["createdAt"]) <= end
    ]


def _activities(instance: Instance, given: Mapping[str, Any]) -> Iterable[Row]:
    start, end = _range(given["createdAt"])
    types = set(map(int, given.get("activityTypeIds") or ()))
    for row in instance.table("activities").rows():
        if types and row["activityTypeId"] not in types:
            continue
        if start <= parse_instant(row["activityDate"]) <= end:
            values = {one["name"]: one["value"] for one in row["attributes"]}
            yield {**row, "attributes": json.dumps(values, ensure_ascii=False)}


def _members(instance: Instance, given: Mapping[str, Any]) -> Iterable[Row]:
    span = _range(given["updatedAt"]) if "updatedAt" in given else None
    statuses = set(given.get("statusNames") or ())
    for program in _program_ids(given):
        for row in members_of(instance, program):
            is_inside = span is None or span[0] <= parse_instant(row["updatedAt"]) <= span[1]
            if is_inside and (not statuses or row["statusName"] in statuses):
                yield row


def _program_ids(given: Mapping[str, Any]) -> list[str]:
    one, many = given.get("programId"), given.get("programIds") or ()
    return [str(number) for number in ([one] if one is not None else many)]

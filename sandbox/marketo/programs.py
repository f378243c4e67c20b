"""Programs and their members.

Belongs here: the asset API's programs, memberships by program. Must not: know bulk extract.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.routing import Route

from sandbox.clock import parse_instant
from sandbox.exchange import Call
from sandbox.marketo.errors import MarketoFault, envelope, invalid
from sandbox.marketo.gate import Gate, names_in, page_of
from sandbox.marketo.instance import CHANGED_STATUS, Instance, instant_of
from sandbox.marketo.leads import shown, wanted_fields
from sandbox.tables import Row

LARGEST_ASSET_PAGE = 200
NO_ASSETS = "No assets found for the given search criteria."
# name, type and whether members can be searched by it
MEMBER_FIELDS: tuple[tuple[str, str, bool], ...] = (
    ("programId", "integer", False),
    ("leadId", "integer", True),
    ("statusName", "string", True),
    ("membershipDate", "datetime", False),
    ("reachedSuccess", "boolean", True),
    ("reachedSuccessDate", "datetime", False),
    ("acquiredBy", "boolean", False),
    ("updatedAt", "datetime", False),
)
_ALWAYS = ("leadId", "programId", "reachedSuccess", "acquiredBy", "membershipDate")


def routes(gate: Gate) -> list[Route]:
    """Return the routes of programs and members."""
    describe = "/rest/v1/programs/members/describe.json"
    return [
        gate.route("/rest/asset/v1/programs.json", ["GET"], browse),
        gate.route("/rest/asset/v1/program/{program}.json", ["GET"], read),
        gate.route("/rest/v1/leads/programs/{program}.json", ["GET"], leads_of),
        gate.route(describe, ["GET"], describe_members),
        gate.route("/rest/v1/programs/{program}/members.json", ["GET"], members),
    ]


def browse(instance: Instance, call: Call) -> dict[str, Any]:
    """List programs by offset; past the last one a warning stands in place of a result."""
    size, offset = _number(call, "maxReturn", 20), _number(call, "offset", 0)
    if not 1 <= size <= LARGEST_ASSET_PAGE:
        raise invalid(f"maxReturn must be between 1 and {LARGEST_ASSET_PAGE}")
    rows = [row for row in instance.table("programs").rows() if _is_within(row, call)]
    page = rows[offset : offset + size]
    if not page:
        return envelope(errors=[], warnings=[NO_ASSETS])
    return envelope([_asset(row) for row in page], errors=[], warnings=[])


def read(instance: Instance, call: Call) -> dict[str, Any]:
    """Read one program."""
    row = instance.table("programs").get(call.params["program"])
    if row is None:
        return envelope(errors=[], warnings=[NO_ASSETS])
    return envelope([_asset(row)], errors=[], warnings=[])


def leads_of(instance: Instance, call: Call) -> dict[str, Any]:
    """List the leads of a program with their membership."""
    names = wanted_fields(instance, names_in(call, "fields"))
    leads, rows = instance.table("leads"), []
    for member in members_of(instance, _program(instance, call)):
        lead = leads.get(str(member["leadId"]))
        if lead is not None:
            row = shown(lead, {"id": None} | dict.fromkeys(names))
            rows.append({**row, "membership": _membership(member)})
    return page_of(rows, call)


def describe_members(instance: Instance, call: Call) -> dict[str, Any]:
    """List the fields of memberships."""
    fields = [
        {"name": name, "displayName": name, "dataType": kind, "updateable": False}
        for name, kind, _ in MEMBER_FIELDS
    ]
    searchable = [[name] for name, _, is_searchable in MEMBER_FIELDS if is_searchable]
    body = {"name": "API Program Member", "dedupeFields": ["leadId", "programId"]}
    return envelope([{**body, "searchableFields": searchable, "fields": fields}])


def members(instance: Instance, call: Call) -> dict[str, Any]:
    """List the members of a program by a field's values or by their last change."""
    program, by = _program(instance, call), call.query.get("filterType", "")
    rows = members_of(instance, program)
    if by == "updatedAt":
        start = instant_of(call.query.get("startAt"), "startAt")
        end = instant_of(call.query.get("endAt"), "endAt")
        rows = [row for row in rows if start <= parse_instant(row["updatedAt"]) <= end]
    elif by in {name for name, _, is_searchable in MEMBER_FIELDS if is_searchable}:
        values = {one.lower() for one in names_in(call, "filterValues")}
        rows = [row for row in rows if str(row.get(by)).lower() in values]
    else:
        raise invalid(f"Invalid filterType '{by}'")
    asked = _member_fields(names_in(call, "fields"))
    numbered = [{"seq": at, **_shown_member(row, asked)} for at, row in enumerate(rows)]
    return page_of(numbered, call)


def members_of(instance: Instance, program_id: str) -> list[Row]:
    """Return the memberships of a program whose lead still exists."""
    table, leads = instance.table("members"), instance.table("leads")
    found = (table.get(one) for one in table.find("programId", program_id))
    return [row for row in found if row and str(row["leadId"]) in leads]


def change_status(instance: Instance, program: Row, lead_id: int, status: str) -> Row:
    """Put a lead into a program's status, with the activity that tells of it."""
    table, key = instance.table("members"), f"{program['id']}-{lead_id}"
    at, before = instance.now(), instance.table("members").get(f"{program['id']}-{lead_id}")
    success = status in {"Attended", "Responded", "Visited"}
    first = {"membershipDate": at, "reachedSuccessDate": None, "acquiredBy": False}
    row: Row = {**first, **(before or {}), "programId": program["id"], "leadId": lead_id}
    row |= {"statusName": status, "reachedSuccess": success, "updatedAt": at}
    row["reachedSuccessDate"] = (row["reachedSuccessDate"] or at) if success else None
    if status == "Not in Program":
        table.remove(key)
    else:
        table.put(key, row)
    old = (before or {}).get("statusName") or "Not in Program"
    instance.note_activity(
        lead_id, CHANGED_STATUS, (program["id"], program["name"]),
        New_Status=status, Old_Status=old, Success=success,
    )  # fmt: skip
    return row


def _program(instance: Instance, call: Call) -> str:
    program_id = str(call.params["program"])
    if program_id not in instance.table("programs"):
        raise MarketoFault("1013", f"Program with id '{program_id}' not found")
    return program_id


def _membership(member: Row) -> Row:
    names = ("membershipDate", "reachedSuccess", "acquiredBy")
    return {"progressionStatus": member["statusName"], **{name: member[name] for name in names}}


def _member_fields(asked: list[str]) -> list[str]:
    known = {name for name, _, _ in MEMBER_FIELDS}
    for name in asked:
        if name not in known:
            raise MarketoFault("1006", f"Field '{name}' not found")
    return [*_ALWAYS, *(name for name in asked if name not in _ALWAYS)]


def _shown_member(row: Row, names: list[str]) -> Row:
    return {name: row[name] for name in names if row.get(name) is not None}


def _is_within(row: Row, call: Call) -> bool:
    return all(_in_bounds(row, call))


def _in_bounds(row: Row, call: Call) -> Iterator[bool]:
    changed = parse_instant(row["updatedAt"])
    if call.query.get("earliestUpdatedAt"):
        yield changed >= instant_of(call.query["earliestUpdatedAt"], "earliestUpdatedAt")
    if call.query.get("latestUpdatedAt"):
        yield changed <= instant_of(call.query["latestUpdatedAt"], "latestUpdatedAt")


def _asset(row: Row) -> Row:
    """Return a program in the asset API's own spelling of instants: ``Z+0000``."""
    stamps = ("createdAt", "updatedAt", "startDate", "endDate")
    return {
        name: f"{value}+0000" if name in stamps and value else value
        for name, value in row.items()
        if value is not None
    }


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name) or str(default)
    if not text.isdigit():
        raise invalid(f"{name} must be a number")
    return int(text)

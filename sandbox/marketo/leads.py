"""Leads: describe, read by filter, write, delete, merge.

Belongs here: the lead database of the REST API. Must not: export in bulk (exports.py does).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from starlette.routing import Route

from sandbox.exchange import Call
from sandbox.marketo.errors import MarketoFault, envelope, invalid
from sandbox.marketo.gate import LARGEST_BATCH, Gate, names_in, page_of
from sandbox.marketo.instance import (
    CHANGED_VALUE,
    DELETED,
    HIDDEN,
    MERGED,
    NEW_LEAD,
    Instance,
)
from sandbox.tables import Row
from sandbox.world.schema import MarketoField

MOST_FOUND = 1_000
DEFAULT_FIELDS = ("id", "email", "updatedAt", "createdAt", "firstName", "lastName")
SEARCHABLE = {"id", "email", "cookies", "leadPartitionId", "sfdcLeadId", "sfdcContactId"}
ACTIONS = ("createOrUpdate", "createOnly", "updateOnly", "createDuplicate")
_LOOKUPS = {"id", "email", "cookies", "sfdcLeadId", "sfdcContactId"}


def routes(gate: Gate) -> list[Route]:
    """Return the routes of leads."""
    return [
        gate.route("/rest/v1/leads/describe.json", ["GET"], describe),
        gate.route("/rest/v1/leads/describe2.json", ["GET"], describe2),
        gate.route("/rest/v1/leads/schema/fields.json", ["GET"], schema_fields),
        gate.route("/rest/v1/leads/delete.json", ["POST"], delete),
        gate.route("/rest/v1/leads.json", ["GET", "POST"], _find_or_sync),
        gate.route("/rest/v1/leads.json", ["DELETE"], delete),
        gate.route("/rest/v1/leads/{lead}/merge.json", ["POST"], merge),
        gate.route("/rest/v1/lead/{lead}.json", ["GET"], read),
    ]


def describe(instance: Instance, call: Call) -> dict[str, Any]:
    """List the fields with their types."""
    return envelope([_described(at, one) for at, one in enumerate(_fields(instance), start=2)])


def _described(number: int, field: MarketoField) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": number,
        "displayName": field.label,
        "dataType": field.type,
        "rest": {"name": field.name, "readOnly": field.read_only},
        "soap": {"name": field.name, "readOnly": field.read_only},
    }
    return row if field.length is None else {**row, "length": field.length}


def describe2(instance: Instance, call: Call) -> dict[str, Any]:
    """List the fields and those that can be searched by."""
    fields = [
        {
            "name": one.name,
            "displayName": one.label,
            "dataType": one.type,
            "length": one.length,
            "updateable": not one.read_only,
            "crmManaged": False,
        }
        for one in _fields(instance)
    ]
    searchable = [[name] for name in sorted(SEARCHABLE)]
    return envelope([{"name": "API Lead", "searchableFields": searchable, "fields": fields}])


def schema_fields(instance: Instance, call: Call) -> dict[str, Any]:
    """List the fields page by page."""
    rows = [
        {
            "displayName": one.label,
            "name": one.name,
            "dataType": one.type,
            "length": one.length,
            "isHidden": False,
            "isSensitive": False,
            "isCustom": one.custom,
            "isApiCreated": False,
        }
        for one in _fields(instance)
    ]
    return page_of(rows, call)


def read(instance: Instance, call: Call) -> dict[str, Any]:
    """Read one lead."""
    names = wanted_fields(instance, names_in(call, "fields"))
    row = instance.table("leads").get(call.params["lead"])
    return envelope([shown(row, names)] if row else [])


def _find_or_sync(instance: Instance, call: Call) -> dict[str, Any]:
    return find(instance, call) if call.method == "GET" else sync(instance, call)


def find(instance: Instance, call: Call) -> dict[str, Any]:
    """List the leads whose field has one of up to 300 values."""
    by, values = call.query.get("filterType", ""), names_in(call, "filterValues")
    if not by or not values:
        raise invalid("filterType and filterValues are required")
    if by not in instance.fields or by in {"createdAt", "updatedAt"}:
        raise MarketoFault("1003", f"Invalid filterType '{by}'")
    if len(values) > LARGEST_BATCH:
        raise invalid(f"filterValues has {len(values)} values, at most {LARGEST_BATCH} are allowed")
    names = wanted_fields(instance, names_in(call, "fields"))
    table = instance.table("leads")
    ids = [
        row_id
        for value in dict.fromkeys(values)
        for row_id in ([value] if by == "id" else table.find(by, value))
    ]
    rows = [row for row_id in dict.fromkeys(ids) if (row := table.get(row_id))]
    if len(rows) > MOST_FOUND:
        raise invalid("Too many results match the filter")
    return page_of([shown(row, names) for row in rows], call)


def wanted_fields(instance: Instance, asked: Iterable[str]) -> list[str]:
    """Return the fields to show.

    Raises:
        MarketoFault: one is unknown.
    """
    names = list(asked) or list(DEFAULT_FIELDS)
    there = instance.fields
    for name in names:
        if name not in there:
            raise MarketoFault("1006", f"Field '{name}' not found")
    return names


def shown(row: Row, names: Iterable[str]) -> Row:
    """Return a lead as an answer holds it: what is empty is left out."""
    return {name: row[name] for name in names if row.get(name) is not None}


def sync(instance: Instance, call: Call) -> dict[str, Any]:
    """Create or update up to 300 leads, each with its own status."""
    body = call.json_object()
    rows, action = _input(body), body.get("action") or "createOrUpdate"
    lookup = body.get("lookupField") or "email"
    if action not in ACTIONS:
        raise invalid(f"Invalid action '{action}'")
    if lookup not in _LOOKUPS or (lookup == "id" and action != "updateOnly"):
        raise MarketoFault("1011", f"Field '{lookup}' is not supported for lookup")
    return envelope([_each(_sync_one, instance, row, action, lookup) for row in rows])


def delete(instance: Instance, call: Call) -> dict[str, Any]:
    """Delete leads; each leaves an activity behind and nothing else."""
    rows = [{"id": one} for one in names_in(call, "id")] or _input(call.json_object())
    return envelope([_each(_delete_one, instance, row) for row in rows])


def merge(instance: Instance, call: Call) -> dict[str, Any]:
    """Merge leads into a winner: the losers are gone, the winner tells their ids."""
    table = instance.table("leads")
    winner = table.get(call.params["lead"])
    losers = [*names_in(call, "leadId"), *names_in(call, "leadIds")]
    if len(losers) > 25:
        raise MarketoFault("1080", "Cannot merge more than 25 leads")
    for loser in losers:
        if winner is None or table.get(loser) is None or loser == call.params["lead"]:
            raise MarketoFault("1004", f"Lead '{loser}' not found")
    if winner is None or not losers:
        raise MarketoFault("1004", f"Lead '{call.params['lead']}' not found")
    merge_leads(instance, winner, losers)
    return envelope()


def merge_leads(instance: Instance, winner: Row, losers: list[str]) -> None:
    """Take losers out; the winner fills its empty fields from them."""
    table = instance.table("leads")
    filled = dict(winner)
    for loser in losers:
        lost = table.get(loser) or {}
        filled = {name: lost.get(name) if old is None else old for name, old in filled.items()}
        table.remove(loser)
    table.put(str(winner["id"]), {**filled, "updatedAt": instance.now(), HIDDEN: instance.now()})
    ids = [int(one) for one in losers]
    instance.note_activity(
        int(winner["id"]),
        MERGED,
        (int(winner["id"]), _name_of(winner)),
        Merge_IDs=str(ids),
        Merge_Source="Merge Leads API",
        Master_Updated=True,
    )


def write_lead(instance: Instance, before: Row | None, given: Row) -> Row:
    """Store a new or changed lead with its stamps and the activity of each changed field."""
    at = instance.now()
    lead_id = before["id"] if before else given.get("id") or instance.new_id("leads")
    blank = dict.fromkeys(instance.fields) | {"createdAt": at, "isLead": True}
    row: Row = {**(before or blank), **given, "id": int(lead_id), HIDDEN: at}
    changed = [name for name in given if name != "id" and row[name] != (before or {}).get(name)]
    standard = [name for name in changed if not instance.fields[name].custom]
    # what people see moves for standard fields only
    row["updatedAt"] = given.get("updatedAt") or (
        at if standard or not before else row["updatedAt"]
    )
    instance.table("leads").put(str(lead_id), row)
    if before is None:
        instance.note_activity(
            int(lead_id), NEW_LEAD, (int(lead_id), _name_of(row)), Source_Type="Web service API"
        )
    for name in changed if before else ():
        old = before.get(name) if before else None
        instance.note_activity(
            int(lead_id), CHANGED_VALUE, (None, name), New_Value=row[name], Old_Value=old,
            Source="Web service API",
        )  # fmt: skip
    return row


def remove_lead(instance: Instance, row: Row) -> None:
    """Delete a lead; only the feed of deleted ones tells of it."""
    instance.table("leads").remove(str(row["id"]))
    instance.note_activity(int(row["id"]), DELETED, (int(row["id"]), _name_of(row)))


def _sync_one(instance: Instance, given: Row, action: str, lookup: str) -> Row:
    for name in given:
        field = instance.fields.get(name)
        if field is None:
            raise MarketoFault("1006", f"Field '{name}' not found")
        if field.read_only and name != "id":
            raise invalid(f"Field '{name}' is read-only")
    email = given.get("email")
    if isinstance(email, str) and not email.isascii():
        raise invalid("Value for required field 'email' is invalid")
    if given.get(lookup) in (None, ""):
        raise invalid(f"Value for required field '{lookup}' not specified")
    found = [] if action == "createDuplicate" else _matching(instance, lookup, given[lookup])
    values = {name: None if value == "" else value for name, value in given.items()}
    return _written(instance, found, values, action)


def _written(instance: Instance, found: list[Row], values: Row, action: str) -> Row:
    if action == "createOnly" and found:
        raise MarketoFault("1005", "Lead already exists")
    if action == "updateOnly" and not found:
        raise MarketoFault("1004", "Lead not found")
    if len(found) > 1:
        raise MarketoFault("1007", "Multiple lead match lookup criteria")
    values.pop("id", None)
    row = write_lead(instance, found[0] if found else None, values)
    return {"id": row["id"], "status": "updated" if found else "created"}


def _matching(instance: Instance, lookup: str, value: Any) -> list[Row]:
    table = instance.table("leads")
    ids = [str(value)] if lookup == "id" else table.find(lookup, value)
    return [row for row_id in ids if (row := table.get(row_id))]


def _delete_one(instance: Instance, given: Row) -> Row:
    row = instance.table("leads").get(str(given.get("id")))
    if row is None:
        raise MarketoFault("1004", "Lead not found")
    remove_lead(instance, row)
    return {"id": row["id"], "status": "deleted"}


def _each(write: Callable[..., Row], instance: Instance, given: Row, *more: str) -> Row:
    try:
        return write(instance, given, *more)
    except MarketoFault as fault:
        skipped: Row = {"status": "skipped", "reasons": [fault.reason()]}
        return {"id": given["id"], **skipped} if "id" in given else skipped


def _input(body: dict[str, Any]) -> list[Row]:
    rows = body.get("input")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        raise MarketoFault("1003", "input is required")
    if len(rows) > LARGEST_BATCH:
        raise invalid(f"The number of leads exceeds the limit of {LARGEST_BATCH}")
    return rows


def _name_of(row: Row) -> str:
    return " ".join(filter(None, (row.get("firstName"), row.get("lastName"))))


def _fields(instance: Instance) -> list[MarketoField]:
    return list(instance.fields.values())

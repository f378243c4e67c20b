"""Contacts, companies and deals: list, read, create, change, archive, and their properties.

Belongs here: single records. Must not: search or batch (search.py, batches.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer
from sandbox.hubspot import errors
from sandbox.hubspot.account import DEFAULT_PROPERTIES, MODIFIED, UNIQUE, Account
from sandbox.hubspot.associations import move_links
from sandbox.hubspot.errors import HubSpotFault
from sandbox.hubspot.gate import Gate, names_of, page_body, page_limit, versioned
from sandbox.hubspot.property_rules import accepted_values, described, moved_lifecycle
from sandbox.tables import Row

_ALWAYS = {"createdate", "hs_object_id", "lastmodifieddate", "hs_lastmodifieddate"}


def routes(gate: Gate) -> list[Route]:
    """Return the routes of single objects and properties."""
    one = versioned("crm", "objects", "/{type}/{id}")
    many = versioned("crm", "objects", "/{type}")
    properties = versioned("crm", "properties", "/{type}")
    return [
        *gate.routes(properties, ["GET"], list_properties),
        *gate.routes(versioned("crm", "properties", "/{type}/{name}"), ["GET"], read_property),
        *gate.routes(many, ["GET"], list_objects),
        *gate.routes(many, ["POST"], create),
        *gate.routes(versioned("crm", "objects", "/{type}/merge"), ["POST"], merge),
        *gate.routes(versioned("crm", "objects", "/{type}/gdpr-delete"), ["POST"], gdpr_delete),
        *gate.routes(one, ["GET"], read),
        *gate.routes(one, ["PATCH"], change),
        *gate.routes(one, ["DELETE"], archive),
    ]


def list_properties(account: Account, call: Call) -> Response:
    """List the properties of an object type."""
    kind = account.object_type(call.params["type"])
    if call.query.get("archived", "false").lower() == "true":
        return json_answer({"results": []})
    specs = account.properties[kind].values()
    return json_answer({"results": [described(spec, spec.name in UNIQUE[kind]) for spec in specs]})


def read_property(account: Account, call: Call) -> Response:
    """Describe one property."""
    kind = account.object_type(call.params["type"])
    spec = account.properties[kind].get(call.params["name"])
    if spec is None:
        raise errors.missing()
    return json_answer(described(spec, spec.name in UNIQUE[kind]))


def list_objects(account: Account, call: Call) -> Response:
    """List records in id order, live ones or archived ones."""
    kind = account.object_type(call.params["type"])
    limit = page_limit(call, 10, 100)
    after = call.query.get("after", "0")
    if not after.isdigit():
        raise errors.validation(f"Invalid paging cursor: {after}")
    archived = call.query.get("archived", "false").lower() == "true"
    rows = sorted(
        (
            row
            for row in account.table(kind).rows()
            if row["archived"] is archived and int(row["id"]) > int(after)
        ),
        key=lambda row: int(row["id"]),
    )
    page = rows[:limit]
    results: list[object] = [shown(kind, row, names_of(call, "properties")) for row in page]
    return json_answer(page_body(results, page[-1]["id"] if len(rows) > limit else None, call))


def read(account: Account, call: Call) -> Response:
    """Read one record."""
    kind = account.object_type(call.params["type"])
    record_id, id_property = call.params["id"], call.query.get("idProperty")
    row = account.find(kind, record_id, id_property)
    wants_archived = call.query.get("archived", "false").lower() == "true"
    if row is None or row["archived"] is not wants_archived:
        raise errors.missing()
    return json_answer(shown(kind, row, names_of(call, "properties")))


def create(account: Account, call: Call) -> Response:
    """Create one record."""
    kind = account.object_type(call.params["type"])
    row = create_record(account, kind, call.json_object().get("properties") or {})
    return json_answer(shown(kind, row, list(row["properties"])), 201)


def change(account: Account, call: Call) -> Response:
    """Change properties of one record."""
    kind = account.object_type(call.params["type"])
    before = account.record(kind, call.params["id"], call.query.get("idProperty"))
    given = call.json_object().get("properties") or {}
    row = update_record(account, kind, before, given)
    return json_answer(shown(kind, row, list(given)))


def archive(account: Account, call: Call) -> Response:
    """Archive one record; unknown ids are fine."""
    kind = account.object_type(call.params["type"])
    archive_record(account, kind, call.params["id"])
    return Response(status_code=204)


def merge(account: Account, call: Call) -> Response:
    """Merge one record into another: the losing id vanishes and answers with the winner."""
    kind = account.object_type(call.params["type"])
    body = call.json_object()
    winner = account.record(kind, str(body.get("primaryObjectId", "")))
    loser = account.record(kind, str(body.get("objectIdToMerge", "")))
    if winner["id"] == loser["id"]:
        raise errors.validation("Cannot merge a record with itself")
    merged = [winner["properties"].get("hs_merged_object_ids"), loser["id"]]
    merged.append(loser["properties"].get("hs_merged_object_ids"))
    filled = {name: value for name, value in winner["properties"].items() if value}
    now = account.now()
    properties = {
        **loser["properties"],
        **filled,
        "hs_merged_object_ids": ";".join(part for part in merged if part),
        MODIFIED[kind]: now,
    }
    row = {**winner, "properties": properties, "updatedAt": now}
    account.table(kind).put(winner["id"], row)
    account.table(kind).remove(loser["id"])
    move_links(account, kind, loser["id"], winner["id"])
    if kind == "companies":
        _follow_company(account, loser["id"], winner["id"])
    return json_answer(shown(kind, row, []))


def gdpr_delete(account: Account, call: Call) -> Response:
    """Delete a contact for good: no listing shows it any more, not even the archived one."""
    kind = account.object_type(call.params["type"])
    body = call.json_object()
    row = account.find(kind, str(body.get("objectId", "")), body.get("idProperty"))
    if row is not None:
        account.table(kind).remove(row["id"])
    return Response(status_code=204)


def create_record(account: Account, kind: str, given: Mapping[str, Any]) -> Row:
    """Store a new record and return it.

    Raises:
        HubSpotFault: a value is not allowed, or the e-mail address is taken (409).
    """
    values = accepted_values(account.properties[kind], given)
    _check_email_free(account, kind, values.get("email"), None)
    record_id, now = account.new_id(kind), account.now()
    properties: dict[str, str | None] = dict.fromkeys(account.properties[kind])
    properties |= values
    properties |= {"hs_object_id": record_id, "createdate": now, MODIFIED[kind]: now}
    if kind == "contacts" and not properties.get("lifecyclestage"):
        properties["lifecyclestage"] = "lead"
    row = {
        "id": record_id,
        "properties": properties,
        "createdAt": now,
        "updatedAt": now,
        "archived": False,
    }
    account.table(kind).put(record_id, row)
    return row


def update_record(account: Account, kind: str, before: Row, given: Mapping[str, Any]) -> Row:
    """Store changed properties and return the record.

    Raises:
        HubSpotFault: a value is not allowed, or the e-mail address is taken (409).
    """
    values = accepted_values(account.properties[kind], given)
    _check_email_free(account, kind, values.get("email"), before["id"])
    if "lifecyclestage" in values:
        stage = before["properties"].get("lifecyclestage")
        values["lifecyclestage"] = moved_lifecycle(stage, values["lifecyclestage"])
    now = account.now()
    properties = {**before["properties"], **values, MODIFIED[kind]: now}
    row = {**before, "properties": properties, "updatedAt": now}
    account.table(kind).put(before["id"], row)
    return row


def archive_record(account: Account, kind: str, record_id: str) -> None:
    """Archive a record if there is one."""
    row = account.table(kind).get(record_id)
    if row is not None and not row["archived"]:
        now = account.now()
        gone = {**row, "archived": True, "archivedAt": now, "updatedAt": now}
        account.table(kind).put(record_id, gone)


def shown(kind: str, row: Row, names: Iterable[str]) -> dict[str, Any]:
    """Return a record with the wanted properties, or with the default ones."""
    wanted = set(names)
    wanted = wanted | _ALWAYS if wanted else set(DEFAULT_PROPERTIES[kind])
    properties = {name: value for name, value in row["properties"].items() if name in wanted}
    return {**row, "properties": properties}


def _follow_company(account: Account, loser_id: str, winner_id: str) -> None:
    """Point contacts at the company that theirs was merged into; that changes them."""
    contacts, now = account.table("contacts"), account.now()
    for row in contacts.rows():
        if row["properties"].get("associatedcompanyid") == loser_id:
            properties = {**row["properties"], "associatedcompanyid": winner_id}
            properties["lastmodifieddate"] = now
            contacts.put(row["id"], {**row, "properties": properties, "updatedAt": now})


def _check_email_free(account: Account, kind: str, email: str | None, own_id: str | None) -> None:
    if kind != "contacts" or not email:
        return
    other = account.find("contacts", email, "email")
    if other is not None and other["id"] != own_id:
        message = f"Contact already exists. Existing ID: {other['id']}"
        raise HubSpotFault(409, "CONFLICT", message)

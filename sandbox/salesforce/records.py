"""Single records over REST: describe, read, create, update, upsert, delete, changed ids.

Belongs here: the sobjects resources. Must not: know the rules of writing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer, route
from sandbox.salesforce import errors, writes
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.gate import Gate, root_of
from sandbox.salesforce.org import DAILY_API_CALLS, Org, modified_at
from sandbox.salesforce.schema import ObjectType, describe_global, describe_object
from sandbox.salesforce.soql.paths import compound_address
from sandbox.salesforce.values import canonical_instant
from sandbox.tables import Row

VERSIONS = ("58.0", "59.0", "60.0", "61.0", "62.0", "63.0", "64.0")


def routes(gate: Gate) -> list[Route]:
    """Return the routes of the sobjects resources and of limits."""
    return [
        gate.route("/", ["GET"], resources),
        gate.route("/limits", ["GET"], limits),
        gate.route("/limits/", ["GET"], limits),
        gate.route("/sobjects", ["GET"], list_objects),
        gate.route("/sobjects/", ["GET"], list_objects),
        gate.route("/sobjects/{object}/describe", ["GET"], describe),
        gate.route("/sobjects/{object}/describe/", ["GET"], describe),
        gate.route("/sobjects/{object}/updated", ["GET"], updated),
        gate.route("/sobjects/{object}/updated/", ["GET"], updated),
        gate.route("/sobjects/{object}/deleted", ["GET"], deleted),
        gate.route("/sobjects/{object}/deleted/", ["GET"], deleted),
        gate.route("/sobjects/{object}", ["GET"], object_info),
        gate.route("/sobjects/{object}", ["POST"], create),
        gate.route("/sobjects/{object}/", ["POST"], create),
        gate.route("/sobjects/{object}/{id}", ["GET"], read),
        gate.route("/sobjects/{object}/{id}", ["PATCH"], update),
        gate.route("/sobjects/{object}/{id}", ["DELETE"], delete),
        gate.route("/sobjects/{object}/{field}/{value:path}", ["GET"], read_by_external_id),
        gate.route("/sobjects/{object}/{field}/{value:path}", ["PATCH"], upsert),
    ]


def version_routes() -> list[Route]:
    """Return the list of versions, which needs no sign-in."""
    return [
        route("/services/data", ["GET"], versions),
        route("/services/data/", ["GET"], versions),
    ]


def versions(call: Call) -> Response:
    """List the API versions."""
    return json_answer(
        [
            {"label": f"v{name}", "url": f"/services/data/v{name}", "version": name}
            for name in VERSIONS
        ]
    )


def resources(org: Org, call: Call) -> Response:
    """List the resources of a version."""
    root = root_of(call)
    names = ("sobjects", "query", "queryAll", "limits", "composite", "jobs")
    return json_answer({name: f"{root}/{name}" for name in names})


def limits(org: Org, call: Call) -> Response:
    """Answer how much of the org's daily limits is left."""
    left = {"Max": DAILY_API_CALLS, "Remaining": DAILY_API_CALLS - org.api_calls}
    return json_answer(
        {
            "DailyApiRequests": left,
            "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 10_000},
            "DailyBulkApiBatches": {"Max": 15_000, "Remaining": 15_000},
        }
    )


def list_objects(org: Org, call: Call) -> Response:
    """List all objects."""
    listed = [describe_global(kind, root_of(call)) for kind in org.types.values()]
    return json_answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})


def describe(org: Org, call: Call) -> Response:
    """Describe one object with its fields."""
    return json_answer(describe_object(org.kind(call.params["object"]), root_of(call)))


def object_info(org: Org, call: Call) -> Response:
    """Return the basic information of one object."""
    kind = org.kind(call.params["object"])
    return json_answer({"objectDescribe": describe_global(kind, root_of(call)), "recentItems": []})


def read(org: Org, call: Call) -> Response:
    """Read one record by id."""
    kind = org.kind(call.params["object"])
    return _record_answer(org, call, kind, org.record(kind, call.params["id"]))


def read_by_external_id(org: Org, call: Call) -> Response:
    """Read one record by an external id."""
    kind = org.kind(call.params["object"])
    spec = writes.external_id_field(kind, call.params["field"])
    found = writes.matching_ids(org, kind, spec, call.params["value"])
    if len(found) > 1:
        return _several(call, writes.SeveralMatches(kind.name, found))
    if not found:
        raise errors.resource_missing()
    return _record_answer(org, call, kind, org.record(kind, found[0]))


def _record_answer(org: Org, call: Call, kind: ObjectType, row: Row) -> Response:
    since = _header_instant(call, "if-modified-since")
    if since is not None and "LastModifiedDate" in row and modified_at(row) <= since:
        return Response(status_code=304)
    headers = {}
    if "LastModifiedDate" in row:
        headers["Last-Modified"] = format_datetime(modified_at(row).astimezone(UTC), usegmt=True)
    return json_answer(_shown(kind, row, root_of(call), call.query.get("fields")), 200, headers)


def _shown(kind: ObjectType, row: Row, root: str, fields: str | None) -> dict[str, Any]:
    names = list(kind.fields)
    if fields:
        names = [kind.field(name.strip()).name for name in fields.split(",")]
        names += [] if "Id" in names else ["Id"]
    url = f"{root}/sobjects/{kind.name}/{row['Id']}"
    shown: dict[str, Any] = {"attributes": {"type": kind.name, "url": url}}
    for name in names:
        is_compound = kind.fields[name].type == "address"
        shown[name] = compound_address(kind.name, row) if is_compound else row.get(name)
    return shown


def create(org: Org, call: Call) -> Response:
    """Create one record."""
    record_id = writes.insert(org, org.kind(call.params["object"]), call.json_object())
    return json_answer({"id": record_id, "success": True, "errors": []}, 201)


def update(org: Org, call: Call) -> Response:
    """Change one record, unless it was modified after If-Unmodified-Since."""
    kind = org.kind(call.params["object"])
    row = org.record(kind, call.params["id"])
    _check_unmodified(call, row)
    writes.update(org, kind, row["Id"], call.json_object())
    return Response(status_code=204)


def delete(org: Org, call: Call) -> Response:
    """Delete one record, unless it was modified after If-Unmodified-Since."""
    kind = org.kind(call.params["object"])
    _check_unmodified(call, org.record(kind, call.params["id"]))
    writes.delete(org, kind, call.params["id"])
    return Response(status_code=204)


def upsert(org: Org, call: Call) -> Response:
    """Create or change the record with an external id."""
    kind = org.kind(call.params["object"])
    try:
        record_id, created = writes.upsert(
            org, kind, call.params["field"], call.params["value"], call.json_object()
        )
    except writes.SeveralMatches as several:
        return _several(call, several)
    body = {"id": record_id, "success": True, "errors": [], "created": created}
    return json_answer(body, 201 if created else 200)


def _several(call: Call, several: writes.SeveralMatches) -> Response:
    base = f"{root_of(call)}/sobjects/{several.object_name}"
    return json_answer([f"{base}/{record_id}" for record_id in several.record_ids], 300)


def _check_unmodified(call: Call, row: Row) -> None:
    since = _header_instant(call, "if-unmodified-since")
    if since is not None and modified_at(row) > since:
        message = "The record has been modified since the given time"
        raise SalesforceFault(412, "PRECONDITION_FAILED", message)


def _header_instant(call: Call, name: str) -> datetime | None:
    text = call.headers.get(name)
    if not text:
        return None
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        raise SalesforceFault(400, "INVALID_HEADER", f"{name} is not an HTTP date") from None


def updated(org: Org, call: Call) -> Response:
    """List the ids of records changed within a time span."""
    start, end = _span(call)
    rows = _changed(org, call, start, end, is_deleted=False)
    return json_answer({"ids": [row["Id"] for row in rows], "latestDateCovered": end})


def deleted(org: Org, call: Call) -> Response:
    """List the ids of records deleted within a time span."""
    start, end = _span(call)
    rows = _changed(org, call, start, end, is_deleted=True)
    listed = [{"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in rows]
    body = {"deletedRecords": listed, "earliestDateAvailable": start, "latestDateCovered": end}
    return json_answer(body)


def _span(call: Call) -> tuple[str, str]:
    try:
        return canonical_instant(call.query["start"]), canonical_instant(call.query["end"])
    except (KeyError, ValueError):
        raise SalesforceFault(400, "INVALID_REPLICATION_DATE", "start and end needed") from None


def _changed(org: Org, call: Call, start: str, end: str, *, is_deleted: bool) -> list[Row]:
    kind = org.kind(call.params["object"])
    return [
        row
        for row in org.table(kind.name).rows()
        if start <= (row.get("SystemModstamp") or "") <= end
        and bool(row.get("IsDeleted")) is is_deleted
    ]

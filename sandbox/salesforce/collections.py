"""Up to 200 records in one call, each with its own outcome.

Belongs here: composite/sobjects. Must not: know the rules of writing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer
from sandbox.salesforce import errors, writes
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.gate import Gate, root_of
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import ObjectType
from sandbox.salesforce.values import full_id, is_id, objects_of_id

LARGEST = 200
LARGEST_READ = 2000
Step = Callable[[], dict[str, Any]]


class _RolledBack(Exception):
    """One row failed and the caller wanted all or none."""


def routes(gate: Gate) -> list[Route]:
    """Return the routes of the collection resources."""
    return [
        gate.route("/composite/sobjects", ["POST"], insert_many),
        gate.route("/composite/sobjects", ["PATCH"], update_many),
        gate.route("/composite/sobjects", ["DELETE"], delete_many),
        gate.route("/composite/sobjects/{object}", ["GET"], read_many),
        gate.route("/composite/sobjects/{object}", ["POST"], read_many),
        gate.route("/composite/sobjects/{object}/{field}", ["PATCH"], upsert_many),
    ]


def insert_many(org: Org, call: Call) -> Response:
    """Create up to 200 records."""

    def step(record: dict[str, Any]) -> Step:
        return lambda: _done(writes.insert(org, _kind(org, record), record))

    return _run(org, call, [step(record) for record in _records(call)])


def update_many(org: Org, call: Call) -> Response:
    """Change up to 200 records by id."""

    def step(record: dict[str, Any]) -> Step:
        def run() -> dict[str, Any]:
            record_id = str(record.get("id") or record.get("Id") or "")
            kind = _kind(org, record)
            _check_exists(org, kind, record_id)
            writes.update(org, kind, record_id, record)
            return _done(full_id(record_id))

        return run

    return _run(org, call, [step(record) for record in _records(call)])


def upsert_many(org: Org, call: Call) -> Response:
    """Create or change up to 200 records by an external id."""
    kind = org.kind(call.params["object"])
    spec = writes.external_id_field(kind, call.params["field"])

    def step(record: dict[str, Any]) -> Step:
        def run() -> dict[str, Any]:
            value = str(record.get(spec.name) or "")
            if not value:
                message = f"{spec.name} not specified"
                raise SalesforceFault(400, "MISSING_ARGUMENT", message, ())
            try:
                record_id, created = writes.upsert(org, kind, spec.name, value, record)
            except writes.SeveralMatches as several:
                ids = ", ".join(several.record_ids)
                message = f"{spec.name}: more than one record found for external id: [{ids}]"
                raise SalesforceFault(400, "DUPLICATE_EXTERNAL_ID", message, ()) from several
            return {**_done(record_id), "created": created}

        return run

    return _run(org, call, [step(record) for record in _records(call)])


def delete_many(org: Org, call: Call) -> Response:
    """Delete up to 200 records by id."""
    ids = [text for text in call.query.get("ids", "").split(",") if text]
    if len(ids) > LARGEST:
        raise _too_many(len(ids))

    def step(record_id: str) -> Step:
        def run() -> dict[str, Any]:
            kind = _kind_of_id(org, record_id)
            _check_exists(org, kind, record_id)
            writes.delete(org, kind, record_id)
            return _done(full_id(record_id))

        return run

    all_or_none = call.query.get("allOrNone", "false").lower() == "true"
    return json_answer(_outcomes(org, [step(record_id) for record_id in ids], all_or_none))


def read_many(org: Org, call: Call) -> Response:
    """Read up to 2,000 records of one object by id; a missing one is null."""
    kind = org.kind(call.params["object"])
    wanted = call.json_object() if call.method == "POST" else dict(call.query)
    ids, fields = _listed(wanted.get("ids")), _listed(wanted.get("fields"))
    if len(ids) > LARGEST_READ:
        raise _too_many(len(ids))
    names = [kind.field(name).name for name in fields]
    names = names if "Id" in names else ["Id", *names]
    answers: list[dict[str, Any] | None] = []
    for record_id in ids:
        row = org.fetch(kind.name, full_id(record_id))
        if row is None or row.get("IsDeleted"):
            answers.append(None)
            continue
        url = f"{root_of(call)}/sobjects/{kind.name}/{row['Id']}"
        shown = {name: row.get(name) for name in names}
        answers.append({"attributes": {"type": kind.name, "url": url}, **shown})
    return json_answer(answers)


def _listed(value: Any) -> list[str]:
    return value.split(",") if isinstance(value, str) else list(value or [])


def _records(call: Call) -> list[dict[str, Any]]:
    records = call.json_object().get("records")
    if not isinstance(records, list) or not records:
        raise SalesforceFault(400, "MISSING_ARGUMENT", "records not specified")
    if len(records) > LARGEST:
        raise _too_many(len(records))
    return records


def _too_many(count: int) -> SalesforceFault:
    return SalesforceFault(
        400,
        "EXCEEDED_ID_LIMIT",
        f"record limit reached. cannot submit more than {LARGEST} records into this call: {count}",
    )


def _kind(org: Org, record: dict[str, Any]) -> ObjectType:
    name = (record.get("attributes") or {}).get("type")
    if not name:
        raise SalesforceFault(400, "INVALID_TYPE", "attributes.type not specified", ())
    try:
        return org.kind(name)
    except SalesforceFault:
        raise errors.unknown_object(name) from None


def _kind_of_id(org: Org, record_id: str) -> ObjectType:
    for name in objects_of_id(record_id):
        if name in org.types:
            return org.types[name]
    raise SalesforceFault(400, "MALFORMED_ID", f"malformed id {record_id}", ())


def _check_exists(org: Org, kind: ObjectType, record_id: str) -> None:
    if is_id(record_id) and org.fetch(kind.name, full_id(record_id)) is None:
        message = "invalid cross reference id"
        raise SalesforceFault(400, "INVALID_CROSS_REFERENCE_KEY", message, ())


def _done(record_id: str) -> dict[str, Any]:
    return {"id": record_id, "success": True, "errors": []}


def _run(org: Org, call: Call, steps: list[Step]) -> Response:
    all_or_none = bool(call.json_object().get("allOrNone", False))
    return json_answer(_outcomes(org, steps, all_or_none))


def _outcomes(org: Org, steps: list[Step], all_or_none: bool) -> list[dict[str, Any]]:
    if not all_or_none:
        return [_outcome(step) for step in steps]
    outcomes: list[dict[str, Any]] = []
    try:
        with org.estate.all_or_nothing():
            outcomes = [_outcome(step) for step in steps]
            if not all(outcome["success"] for outcome in outcomes):
                raise _RolledBack
    except _RolledBack:
        rolled_back = SalesforceFault(
            400,
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "Record rolled back because not all records were valid and the request was using "
            "AllOrNone header",
        ).row_error()
        return [
            {"success": False, "errors": [rolled_back]} if outcome["success"] else outcome
            for outcome in outcomes
        ]
    return outcomes


def _outcome(step: Step) -> dict[str, Any]:
    try:
        return step()
    except SalesforceFault as fault:
        return {"success": False, "errors": [fault.row_error()]}

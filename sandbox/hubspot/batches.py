"""Batches of up to 100 inputs with HubSpot's partial-failure rules.

Belongs here: batch read, create, update, upsert, archive. Must not: validate values itself.

An input's error stands alone (207) only when every input carries an objectWriteTraceId, or when
the error is a missing id; otherwise one bad input refuses the whole batch and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer
from sandbox.faults.locks import is_locked
from sandbox.hubspot import errors, objects
from sandbox.hubspot.account import UNIQUE, Account
from sandbox.hubspot.errors import HubSpotFault
from sandbox.hubspot.gate import Gate, versioned
from sandbox.tables import Row

LARGEST = 100
Input = dict[str, Any]
Write = Callable[[Input], tuple[Row, bool]]


def routes(gate: Gate) -> list[Route]:
    """Return the routes of the batch resources."""
    handlers = {
        "read": read_batch,
        "create": create_batch,
        "update": update_batch,
        "upsert": upsert_batch,
        "archive": archive_batch,
    }
    return [
        bound
        for name, handler in handlers.items()
        for bound in gate.routes(
            versioned("crm", "objects", f"/{{type}}/batch/{name}"), ["POST"], handler
        )
    ]


def read_batch(account: Account, call: Call) -> Response:
    """Read records by id or by a unique property."""
    kind = account.object_type(call.params["type"])
    body = call.json_object()
    archived = call.query.get("archived", "false").lower() == "true"
    found, missing = [], []
    for one in _inputs(body):
        row = account.find(kind, str(one.get("id", "")), body.get("idProperty"))
        if row is None or row["archived"] is not archived:
            missing.append(str(one.get("id", "")))
        else:
            found.append(objects.shown(kind, row, body.get("properties") or []))
    problems = [_missing_error(missing)] if missing else []
    return _answer(account, found, problems, 200)


def create_batch(account: Account, call: Call) -> Response:
    """Create records."""
    kind = account.object_type(call.params["type"])

    def write(one: Input) -> tuple[Row, bool]:
        return objects.create_record(account, kind, one.get("properties") or {}), True

    return _write_all(account, call, kind, write, 201)


def update_batch(account: Account, call: Call) -> Response:
    """Change records by id."""
    kind = account.object_type(call.params["type"])

    def write(one: Input) -> tuple[Row, bool]:
        if (one.get("idProperty") or "hs_object_id") != "hs_object_id":
            raise errors.validation("Unable to perform update/upsert by non-unique 0-1 property")
        before = account.record(kind, str(one.get("id", "")))
        _check_lock(before)
        row = objects.update_record(account, kind, before, one.get("properties") or {})
        return row, False

    return _write_all(account, call, kind, write, 200)


def upsert_batch(account: Account, call: Call) -> Response:
    """Create records or change them by a unique property."""
    kind = account.object_type(call.params["type"])

    def write(one: Input) -> tuple[Row, bool]:
        name, value = one.get("idProperty"), str(one.get("id", ""))
        if not name or name not in UNIQUE[kind]:
            raise errors.validation(
                f"Unable to perform update/upsert by non-unique property {name}"
            )
        given = one.get("properties") or {}
        before = account.find(kind, value, name)
        if before is None:
            return objects.create_record(account, kind, {**given, name: value}), True
        _check_lock(before)
        return objects.update_record(account, kind, before, given), False

    return _write_all(account, call, kind, write, 200, shows_new=True)


def archive_batch(account: Account, call: Call) -> Response:
    """Archive records by id; unknown ids are fine."""
    kind = account.object_type(call.params["type"])
    for one in _inputs(call.json_object()):
        objects.archive_record(account, kind, str(one.get("id", "")))
    return Response(status_code=204)


def _inputs(body: dict[str, Any]) -> list[Input]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
        raise errors.validation("inputs must be a list of objects")
    if len(inputs) > LARGEST:
        raise errors.validation(
            f"Batch size {len(inputs)} is larger than the maximum batch size of {LARGEST}"
        )
    ids = [str(one["id"]) for one in inputs if "id" in one]
    if len(ids) != len(set(ids)):
        raise errors.validation("Duplicate IDs found in batch input")
    return inputs


def _check_lock(row: Row) -> None:
    if is_locked(row["id"]):
        raise HubSpotFault(423, "LOCKED", f"Record {row['id']} is locked by another process")


def _write_all(
    account: Account,
    call: Call,
    kind: str,
    write: Write,
    status: int,
    *,
    shows_new: bool = False,
) -> Response:
    inputs = _inputs(call.json_object())
    are_traced = all(one.get("objectWriteTraceId") for one in inputs)
    results: list[Row] = []
    problems: list[dict[str, Any]] = []
    missing: list[str] = []
    with account.estate.all_or_nothing():
        for one in inputs:
            try:
                row, is_new = write(one)
            except HubSpotFault as fault:
                if fault.category == "OBJECT_NOT_FOUND" and not are_traced:
                    missing.append(str(one.get("id", "")))
                elif are_traced:
                    trace = {"objectWriteTraceId": [one["objectWriteTraceId"]]}
                    problems.append(fault.row_error(trace))
                else:
                    raise
                continue
            results.append(_result(kind, row, one, is_new if shows_new else None))
    if missing:
        problems.append(_missing_error(missing))
    return _answer(account, results, problems, status)


def _result(kind: str, row: Row, one: Input, is_new: bool | None) -> Row:
    result = objects.shown(kind, row, list(one.get("properties") or {}))
    if is_new is not None:
        result["new"] = is_new
    if one.get("objectWriteTraceId"):
        result["objectWriteTraceId"] = one["objectWriteTraceId"]
    return result


def _missing_error(ids: list[str]) -> dict[str, Any]:
    fault = HubSpotFault(404, "OBJECT_NOT_FOUND", "Could not get some objects, they may be deleted")
    return fault.row_error({"ids": ids})


def _answer(
    account: Account, results: list[Row], problems: list[dict[str, Any]], status: int
) -> Response:
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": sorted(results, key=lambda row: int(row["id"])),
        "startedAt": account.now(),
        "completedAt": account.now(),
    }
    if problems:
        body |= {"numErrors": len(problems), "errors": problems}
    return json_answer(body, 207 if problems else status)

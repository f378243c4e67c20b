"""Associations between records: v4 and dated paths, batches, labels, both directions.

Belongs here: which records hang together and under which label. Must not: change the records.

A link is kept once, as ``from`` → ``to``; asked the other way round it answers with the type id
of that direction. Links of archived records are not shown, and come back when those do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import BadBody, Call, json_answer
from sandbox.hubspot import errors
from sandbox.hubspot.account import Account
from sandbox.hubspot.errors import HubSpotFault
from sandbox.hubspot.gate import Gate, page_body, page_limit
from sandbox.tables import Row

TABLE = "associations"
LARGEST_BATCH = 1_000
LARGEST_PAGE = 500
HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
PRIMARY = "Primary"
# (from, to) → type id → label; the first one is what an unlabelled link gets
TYPES: dict[tuple[str, str], dict[int, str | None]] = {
    ("contacts", "companies"): {279: None, 1: PRIMARY},
    ("companies", "contacts"): {280: None, 2: PRIMARY},
    ("deals", "contacts"): {3: None},
    ("contacts", "deals"): {4: None},
    ("deals", "companies"): {341: None, 5: PRIMARY},
    ("companies", "deals"): {342: None, 6: PRIMARY},
}
_OTHER_WAY = {279: 280, 1: 2, 3: 4, 341: 342, 5: 6}
_OTHER_WAY |= {there: here for here, there in _OTHER_WAY.items()}


def routes(gate: Gate) -> list[Route]:
    """Return the routes of associations."""
    pairs = ["/crm/v4/associations/{type}/{to}", "/crm/associations/{version}/{type}/{to}"]
    one = [
        "/crm/v4/objects/{type}/{id}/associations/{to}",
        "/crm/objects/{version}/{type}/{id}/associations/{to}",
    ]
    return [
        *gate.routes([f"{path}/batch/read" for path in pairs], ["POST"], read_batch),
        *gate.routes([f"{path}/labels" for path in pairs], ["GET"], list_labels),
        *gate.routes(one, ["GET"], list_of_one),
        *gate.routes([f"{path}/{{to_id}}" for path in one], ["PUT"], link),
        *gate.routes([f"{path}/{{to_id}}" for path in one], ["DELETE"], unlink),
    ]


def link_row(
    start: str, start_id: str, end: str, end_id: str, type_id: int, category: str = HUBSPOT_DEFINED
) -> Row:
    """Return a link as the account keeps it.

    Args:
        start: plain name of the object type that the link goes from.
        start_id: id of the record there.
        end: plain name of the object type that it goes to.
        end_id: id of the record there.
        type_id: type of the link in this direction.
        category: who defined the type.
    """
    label = TYPES.get((start, end), {}).get(type_id)
    return {
        "id": f"{start}:{start_id}-{end}:{end_id}-{category}:{type_id}",
        "start": f"{start}:{start_id}",
        "end": f"{end}:{end_id}",
        "category": category,
        "typeId": type_id,
        "label": label,
    }


def read_batch(account: Account, call: Call) -> Response:
    """Read what each of up to 1,000 records is linked to; who has no link is told as an error."""
    start, end = _pair(account, call)
    inputs = call.json_object().get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
        raise errors.validation("inputs must be a list of objects")
    if len(inputs) > LARGEST_BATCH:
        raise errors.validation(f"The maximum batch size is {LARGEST_BATCH}")
    results, problems = [], []
    for one in inputs:
        record_id = str(one.get("id", ""))
        targets = _targets(account, start, record_id, end)
        if not targets:
            problems.append(_no_links(record_id, start, end))
            continue
        first = _offset(one.get("after"))
        result: Row = {"from": {"id": record_id}, "to": targets[first : first + LARGEST_PAGE]}
        if first + LARGEST_PAGE < len(targets):
            result["paging"] = {"next": {"after": str(first + LARGEST_PAGE)}}
        results.append(result)
    now = account.now()
    body: dict[str, Any] = {"status": "COMPLETE", "results": results}
    body |= {"startedAt": now, "completedAt": now}
    if problems:
        body |= {"numErrors": len(problems), "errors": problems}
    return json_answer(body, 207 if problems else 200)


def list_of_one(account: Account, call: Call) -> Response:
    """List what one record is linked to."""
    start, end = _pair(account, call)
    record = account.record(start, call.params["id"])
    targets = _targets(account, start, record["id"], end)
    first, limit = _offset(call.query.get("after")), page_limit(call, 500, LARGEST_PAGE)
    after = str(first + limit) if first + limit < len(targets) else None
    return json_answer(page_body(list(targets[first : first + limit]), after, call))


def list_labels(account: Account, call: Call) -> Response:
    """List the types of links from one object type to another."""
    types = TYPES.get(_pair(account, call), {})
    results = [
        {"category": HUBSPOT_DEFINED, "typeId": type_id, "label": label}
        for type_id, label in types.items()
    ]
    return json_answer({"results": results})


def link(account: Account, call: Call) -> Response:
    """Link two records under the given types."""
    start, end = _pair(account, call)
    record = account.record(start, call.params["id"])
    target = account.record(end, call.params["to_id"])
    wishes = call.json()
    if not isinstance(wishes, list):
        raise BadBody("expected a list of association types")
    for wish in wishes:
        category = str(wish.get("associationCategory", ""))
        type_id = int(wish.get("associationTypeId", 0))
        if category == HUBSPOT_DEFINED and type_id not in TYPES.get((start, end), {}):
            raise errors.validation(f"One or more association types are invalid: {type_id}")
        row = link_row(start, record["id"], end, target["id"], type_id, category)
        if (end, start) in _STORED and (start, end) not in _STORED:
            type_id = _OTHER_WAY.get(type_id, type_id)
            row = link_row(end, target["id"], start, record["id"], type_id, category)
        account.table(TABLE).put(row["id"], row)
    return json_answer({"fromObjectId": record["id"], "toObjectId": target["id"]}, 201)


def unlink(account: Account, call: Call) -> Response:
    """Take every link between two records away."""
    start, end = _pair(account, call)
    here, there = f"{start}:{call.params['id']}", f"{end}:{call.params['to_id']}"
    table = account.table(TABLE)
    for row in _rows(account, here):
        if {row["start"], row["end"]} == {here, there}:
            table.remove(row["id"])
    return Response(status_code=204)


def move_links(account: Account, kind: str, loser_id: str, winner_id: str) -> None:
    """Hang the links of a merged record onto the one it went into."""
    table = account.table(TABLE)
    loser, winner = f"{kind}:{loser_id}", f"{kind}:{winner_id}"
    for row in _rows(account, loser):
        start, start_id = _split(winner if row["start"] == loser else row["start"])
        end, end_id = _split(winner if row["end"] == loser else row["end"])
        moved = link_row(start, start_id, end, end_id, row["typeId"], row["category"])
        table.remove(row["id"])
        table.put(moved["id"], moved)


_STORED = {("contacts", "companies"), ("deals", "contacts"), ("deals", "companies")}


def _pair(account: Account, call: Call) -> tuple[str, str]:
    return account.object_type(call.params["type"]), account.object_type(call.params["to"])


def _rows(account: Account, place: str) -> list[Row]:
    table = account.table(TABLE)
    ids = [*table.find("start", place), *table.find("end", place)]
    return [row for row in (table.get(row_id) for row_id in dict.fromkeys(ids)) if row]


def _targets(account: Account, start: str, record_id: str, end: str) -> list[Row]:
    """Return the live records of a type that a live record is linked to, oldest id first."""
    if not _is_live(account, start, record_id):
        return []
    place, types = f"{start}:{record_id}", dict[str, list[Row]]()
    for row in _rows(account, place):
        far, type_id, label = row["end"], row["typeId"], row["label"]
        if row["end"] == place:
            far, type_id = row["start"], _OTHER_WAY.get(row["typeId"], row["typeId"])
        kind, far_id = _split(far)
        if kind == end and _is_live(account, kind, far_id):
            spec = {"category": row["category"], "typeId": type_id, "label": label}
            types.setdefault(far_id, []).append(spec)
    return [
        {"toObjectId": int(far_id), "associationTypes": _in_order(types[far_id])}
        for far_id in sorted(types, key=int)
    ]


def _in_order(specs: Iterable[Row]) -> list[Row]:
    return sorted(specs, key=lambda spec: (spec["category"], spec["typeId"]))


def _is_live(account: Account, kind: str, record_id: str) -> bool:
    row = account.table(kind).get(record_id)
    return row is not None and not row["archived"]


def _split(place: str) -> tuple[str, str]:
    kind, _, record_id = place.partition(":")
    return kind, record_id


def _offset(after: Any) -> int:
    text = str(after or "0")
    if not text.isdigit():
        raise errors.validation(f"Invalid paging cursor: {text}")
    return int(text)


def _no_links(record_id: str, start: str, end: str) -> Row:
    message = f"No {end} is associated with {start} {record_id}."
    fault = HubSpotFault(404, "OBJECT_NOT_FOUND", message)
    return {
        **fault.row_error({"fromObjectId": [record_id]}),
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
    }

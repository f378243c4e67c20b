"""Reads HubSpot's CRM objects: contacts and companies with their properties.

Here belong the choice of properties, the modified-window, archived and merged records. Not here:
paging and search rules (``vendors.hubspot``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ingestion.config import OVERLAP
from ingestion.contracts import Kind, TableContract
from ingestion.naming import column_name
from ingestion.resources import Batch, Load, shaped
from ingestion.shaping import Cursor, text_of
from vendors.errors import Fault, VendorError
from vendors.hubspot import HubSpotClient

KINDS = {"contact": "contacts", "company": "companies"}
# contacts alone call it so; every other type has the hs_ name
STAMPS = {"contact": "lastmodifieddate"}
OWN_COLUMNS = ("id", "created_at", "updated_at", "archived")


def read_objects(
    client: HubSpotClient,
    contract: TableContract,
    mapped: Mapping[str, Kind],
    load: Load,
    state: dict[str, Any],
) -> Iterator[Batch]:
    """Yield new and changed objects, then the archived ones, then those merged away.

    Args:
        client: HubSpot.
        contract: the raw table.
        mapped: properties that the agreement maps; missing ones are reported by name.
        load: the running load.
        state: ``cursor`` is the newest modification seen by the last complete read.
    """
    kind = KINDS[contract.resource]
    stamp = STAMPS.get(contract.resource, "hs_lastmodifieddate")
    names, missing = choose_properties(client, kind, contract, mapped)
    if missing:
        sentence = f"properties missing at HubSpot: {', '.join(missing)}."
        load.outcome(contract.resource).remark = sentence
    cursor = Cursor(state.get("cursor"), load.context.as_of)
    since = cursor.since(OVERLAP)
    pages = (
        client.list_objects(kind, names, archived=False)
        if since is None
        else client.search(kind, stamp, since, names)
    )
    merged: set[str] = set()
    for page in pages:
        batch = _batch(page, names, archived=False)
        for row in batch.rows:
            cursor.see(row.get(column_name(stamp)) or row["updated_at"])
            merged.update(merged_ids(row.get("hs_merged_object_ids")))
        yield batch
    for page in client.list_objects(kind, names, archived=True):
        yield _batch(page, names, archived=True)
    yield _merged_away(load, contract, merged)
    if cursor.newest is not None:
        state["cursor"] = cursor.newest


def choose_properties(
    client: HubSpotClient, kind: str, contract: TableContract, mapped: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return the properties to ask for, and the mapped ones that the portal lacks.

    Asked for are the declared, the mapped and the portal's own; HubSpot's hundreds of computed
    ones are left alone. Without the right to list properties the known ones are asked for unseen.
    """
    wanted = [name for name in contract.columns if name not in OWN_COLUMNS]
    wanted += [name for name in mapped if name not in OWN_COLUMNS]
    try:
        there = {one["name"]: one for one in client.properties(kind)}
    except VendorError as error:
        if error.fault not in (Fault.RIGHTS, Fault.MISSING):
            raise
        return sorted(set(wanted)), []
    own = [name for name, one in there.items() if one.get("hubspotDefined") is not True]
    names = {name for name in [*wanted, *own] if name in there}
    missing = sorted({name for name in mapped if name not in there and name not in OWN_COLUMNS})
    return sorted(names), missing


def merged_ids(listed: object) -> list[str]:
    """Return the ids of the records that were merged into one.

    >>> merged_ids("12;34"), merged_ids(None)
    (['12', '34'], [])
    """
    return [one.strip() for one in str(listed or "").split(";") if one.strip()]


def _batch(page: Sequence[Any], names: Iterable[str], *, archived: bool) -> Batch:
    columns = {name: column_name(name) for name in names}

    def shape(row: Mapping[str, Any]) -> dict[str, Any]:
        properties = row.get("properties") or {}
        return {
            **{column: text_of(properties.get(name)) for name, column in columns.items()},
            "id": text_of(row.get("id")),
            "created_at": row.get("createdAt"),
            "updated_at": row.get("updatedAt"),
            "archived": row.get("archived", archived),
        }

    return shaped(page, shape, "id", dict.fromkeys(columns.values(), Kind.TEXT))


def _merged_away(load: Load, contract: TableContract, merged: set[str]) -> Batch:
    """Flag what raw still holds of merged records: they vanish from every listing."""
    raw = load.raw[contract.resource]
    ids = sorted(merged)
    marks = ", ".join("?" * len(ids))
    rows = raw.rows(f"NOT coalesce(archived, false) AND id IN ({marks})", ids) if ids else []
    return Batch([{**row, "archived": True} for row in rows], raw.kinds)

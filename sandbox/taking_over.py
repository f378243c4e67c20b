"""Takes a made-up world over into the vendors' tables.

Belongs here: which list of the world goes into which table under which key.
Must not: generate or change records.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sandbox.salesforce.org import Org
from sandbox.tables import Estate, Row
from sandbox.world.schema import empty_properties, hubspot_properties

ANSWER_KEY = "sandbox.answer_key"
FILES = "sandbox.files"
_KEYS = {
    "hubspot.form_submissions": "conversionId",
    "typeform.responses": "token",
    "marketo.activities": "marketoGUID",
}


class WorldLike(Protocol):
    """What the sandbox needs of a world."""

    salesforce: dict[str, list[Row]]
    hubspot: dict[str, list[Row]]
    typeform: dict[str, list[Row]]
    sansan: dict[str, list[Row]]
    marketo: dict[str, list[Row]]
    files: dict[str, bytes]
    answer_key: list[Row]


def row_key(table_name: str, row: Mapping[str, Any]) -> str:
    """Return the key under which a row of a table is kept."""
    if table_name.startswith("salesforce."):
        return str(row["Id"])
    if table_name == "hubspot.email_events":  # HubSpot's own key is the pair
        return f"{row['id']}-{row['created']}"
    if table_name == "marketo.members":
        return f"{row['programId']}-{row['leadId']}"
    return str(row[_KEYS.get(table_name, "id")])


def take_over(world: WorldLike, estate: Estate, org: Org) -> None:
    """Fill the estate with all that the world holds."""
    for object_name in org.types:
        org.load(object_name, world.salesforce.get(object_name, []))
    unknown = set(world.salesforce) - set(org.types)
    if unknown:
        raise ValueError(f"the org has no object {sorted(unknown)}")
    vendors: dict[str, Mapping[str, Sequence[Row]]] = {
        "hubspot": world.hubspot,
        "typeform": world.typeform,
        "sansan": world.sansan,
        "marketo": world.marketo,
    }
    for vendor, lists in vendors.items():
        for kind, rows in lists.items():
            name = f"{vendor}.{kind}"
            estate.load(name, ((row_key(name, row), _completed(name, row)) for row in rows))
    estate.load(ANSWER_KEY, ((str(at), dict(row)) for at, row in enumerate(world.answer_key)))
    for path, content in world.files.items():
        kept = {"content": base64.b64encode(content).decode(), "dropped_into": []}
        estate.table(FILES).put(path, kept)


def _completed(table_name: str, row: Row) -> Row:
    """Return a row of the world with every property that its kind has."""
    vendor, _, kind = table_name.partition(".")
    if vendor != "hubspot" or kind not in hubspot_properties():
        return dict(row)
    blank = empty_properties(kind)
    properties = {**blank, **row["properties"]}
    if len(properties) > len(blank):
        raise ValueError(f"{table_name} has no property {sorted(set(properties) - set(blank))}")
    return {**row, "properties": properties}

"""Reads one Salesforce object: its fields by describe, its new and changed rows by SOQL.

Here belong field discovery, the cursor and the shape of a row. Not here: HTTP (``vendors``) and
guarding (``ingestion.resources``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simple_salesforce.format import format_soql

from ingestion.config import OVERLAP
from ingestion.contracts import Kind, TableContract
from ingestion.naming import column_name
from ingestion.resources import Batch, Load
from ingestion.shaping import Cursor, iso_of_ms, text_of
from vendors.salesforce import SalesforceClient

# a query travels in the address of a GET, which Salesforce accepts up to about 16,000 characters
MAX_SELECT_CHARS = 11_000
_COMPOUND = frozenset({"address", "location", "base64"})
_KINDS = {
    "boolean": Kind.FLAG,
    "int": Kind.INTEGER,
    "long": Kind.INTEGER,
    "double": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.INSTANT,
}


@dataclass(frozen=True)
class Selection:
    """The fields that one object is asked for."""

    fields: tuple[str, ...]
    kinds: Mapping[str, Kind]
    mixed: frozenset[str]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def remark(self) -> str | None:
        """What lacks, in one sentence per lack."""
        lacks = []
        if self.missing:
            lacks.append(f"fields missing at Salesforce: {', '.join(self.missing)}.")
        if self.left_out:
            lacks.append(f"fields left out, the query is too long: {', '.join(self.left_out)}.")
        return " ".join(lacks) or None


def api_name(resource: str) -> str:
    """Return the object's API name, for example ``OpportunityContactRole``."""
    return "".join(part.capitalize() for part in resource.split("_"))


def select_fields(
    description: Mapping[str, Any], contract: TableContract, mapped: Iterable[str]
) -> Selection:
    """Choose the fields to ask for: all that can be read in a row, the declared ones first."""
    described = {
        one["name"]: one.get("type") or "string"
        for one in description.get("fields") or ()
        if (one.get("type") or "string") not in _COMPOUND
    }
    wanted = {column_name(name) for name in mapped} | set(contract.columns)
    names = sorted(described, key=lambda name: (column_name(name) not in wanted, name))
    chosen: dict[str, str] = {}
    left_out = []
    for name in names:
        length = sum(len(one) + 3 for one in chosen.values())
        if column_name(name) in chosen or length + len(name) > MAX_SELECT_CHARS:
            left_out.append(name)
        else:
            chosen[column_name(name)] = name
    return Selection(
        fields=tuple(chosen.values()),
        kinds={column: _KINDS.get(described[name], Kind.TEXT) for column, name in chosen.items()},
        mixed=frozenset(name for name in chosen.values() if described[name] == "anyType"),
        missing=tuple(name for name in mapped if column_name(name) not in chosen),
        left_out=tuple(left_out),
    )


def read_object(
    client: SalesforceClient,
    contract: TableContract,
    mapped: Mapping[str, Kind],
    load: Load,
    state: dict[str, Any],
) -> Iterator[Batch]:
    """Yield the rows of one object that are new or changed since the last complete read.

    Args:
        client: a signed-in Salesforce.
        contract: the raw table.
        mapped: fields that the agreement maps; missing ones are reported by name.
        load: the running load.
        state: ``cursor`` is the newest stamp seen by the last complete read.
    """
    name = api_name(contract.resource)
    selection = select_fields(client.describe(name), contract, mapped)
    load.outcome(contract.resource).remark = selection.remark
    stamp = next((one for one in selection.fields if column_name(one) == contract.newest), None)
    cursor = Cursor(state.get("cursor"), load.context.as_of)
    soql = build_soql(name, selection.fields, stamp, cursor.since(OVERLAP))
    for page in client.query_pages(soql, include_deleted="IsDeleted" in selection.fields):
        yield Batch([_shaped(row, selection) for row in page], selection.kinds)
        for row in page:
            cursor.see(row.get(stamp or ""))
    state["cursor"] = cursor.newest


def build_soql(name: str, fields: Iterable[str], stamp: str | None, since_ms: int | None) -> str:
    """Return the query for rows stamped since an instant, or for all rows."""
    soql = format_soql(
        "SELECT {fields:literal} FROM {name:literal}", fields=", ".join(fields), name=name
    )
    if not stamp or since_ms is None:
        return soql
    # stamps have whole seconds; rounding down only reads a little more
    since = iso_of_ms(since_ms)[:19] + "Z"
    return soql + format_soql(" WHERE {stamp:literal} >= {since:literal}", stamp=stamp, since=since)


def _shaped(row: Mapping[str, Any], selection: Selection) -> dict[str, Any]:
    shaped = {column_name(name): row.get(name) for name in selection.fields}
    for name in selection.mixed:
        # a history's old and new value are flags and numbers as well as text
        shaped[column_name(name)] = text_of(row.get(name))
    return shaped
